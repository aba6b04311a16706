"""Weigh causal rows that are longer than those of training, and leave the others alone."""

import math

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["ENTROPY_ABF_ROWS"]


def squares(generator, variant):
    """Square matrices of scores, smaller than in training and larger."""
    n_train = variant["n_train"]
    for n in (2, n_train, 3 * n_train):
        scores = torch.randn(n, n, generator=generator, dtype=torch.float64)
        yield {"scores": scores, "n_train": n_train}


def long_squares(generator, variant):
    """Square matrices of scores, two and three times as large as in training."""
    n_train = variant["n_train"]
    for n in (2 * n_train, 3 * n_train):
        scores = torch.randn(n, n, generator=generator, dtype=torch.float64)
        yield {"scores": scores, "n_train": n_train}


def future(n):
    return torch.ones(n, n, dtype=torch.bool).triu(1)


@law("no future", "No row weighs a key that comes after it.", cases=squares)
def no_future(answer, scores, n_train):
    ahead = answer(scores, n_train)[future(len(scores))]
    return compare.against(ahead, torch.zeros_like(ahead), what="weights of keys to come")


@law("one whole", "Every row sums to one.", cases=squares)
def one_whole(answer, scores, n_train):
    totals = answer(scores, n_train).sum(-1)
    return compare.against(totals, torch.ones(len(scores)), what="the sums of the rows")


@law("short rows", "A row no longer than in training has its softmax.", cases=squares)
def short_rows(answer, scores, n_train):
    softmax = scores.masked_fill(future(len(scores)), -math.inf).softmax(-1)
    weights = answer(scores, n_train)
    return compare.against(weights[:n_train], softmax[:n_train], what="weights of short rows")


@law(
    "long rows",
    "From twice the length on, log odds grow by the ratio of logarithms.",
    cases=long_squares,
)
def long_rows(answer, scores, n_train):
    logs = answer(scores, n_train)[2 * n_train - 1 :, :2].log()
    wanted = scores[2 * n_train - 1 :, 0] - scores[2 * n_train - 1 :, 1]
    places = torch.arange(2 * n_train, len(scores) + 1, dtype=torch.float64)
    wanted = wanted * places.log() / math.log(n_train)
    return compare.against(logs[:, 0] - logs[:, 1], wanted, what="the log odds of two keys")


ENTROPY_ABF_ROWS = Task(
    name="entropy-abf-rows",
    title="Rows that are longer than in training",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Write Entropy-ABF's causal weights yourself, without anything of attnkit: `weigh_rows(scores,
n_train)` for square scores, where row $i$ may attend the keys up to $i$. A row that sees $n$ keys
multiplies its scores by $\max(1, \log n / \log n_\text{{train}})$. Test it with a length of
training of {n_train}. Which row is the first that changes?
""",
    hints=(
        "Write down how many keys the first row sees, and the last.",
        "One scale for each row is a column: what shape must it have to multiply the scores?",
        "Scale first, then hide the keys to come with minus infinity, then take the softmax.",
    ),
    placeholder='''
def weigh_rows(scores, n_train):
    """Weights (query, key) of scores (query, key), as many queries as keys."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(no_future, one_whole, short_rows, long_rows),
    variants={"n_train": (5, 4, 7)},
    library={},
)
