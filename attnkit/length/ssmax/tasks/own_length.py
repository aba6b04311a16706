"""Scale every row of a causal map by the length that it sees."""

import math

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["OWN_LENGTH"]


def squares(generator, variant):
    """Square scores from one token on, with a scale."""
    for n_tokens in (1, 2, variant["n_tokens"]):
        scores = torch.randn(n_tokens, n_tokens, generator=generator, dtype=torch.float64)
        yield {"scores": scores, "scale": 0.2 + torch.rand((), generator=generator).item()}


@law("nothing ahead", "A token gives no weight to one that comes later.", cases=squares)
def nothing_ahead(answer, scores, scale):
    later = answer(scores, scale).triu(1)
    return compare.against(later, torch.zeros_like(scores), what="the weights of later tokens")


@law("sum of one", "The weights of every row sum to one.", cases=squares)
def sum_of_one(answer, scores, scale):
    return compare.against(answer(scores, scale).sum(-1), torch.ones(len(scores)), what="the sums")


@law("where it is softmax", "A row in which s log n is one is softmax's.", cases=squares)
def where_it_is_softmax(answer, scores, scale):
    for n in range(2, len(scores) + 1):
        row = answer(scores, 1 / math.log(n))[n - 1, :n]
        told = compare.against(row, scores[n - 1, :n].softmax(-1), what="the weights of that row")
        if told:
            return told
    return None


@law("odds", "The logarithm of two weights' ratio is s log n times the gap.", cases=squares)
def odds(answer, scores, scale):
    logs = answer(scores, scale).log()
    for i in range(1, len(scores)):
        gaps = scale * math.log(i + 1) * (scores[i, 1 : i + 1] - scores[i, 0])
        told = compare.against(logs[i, 1 : i + 1] - logs[i, 0], gaps, what="the log odds of a row")
        if told:
            return told
    return None


OWN_LENGTH = Task(
    name="own-length",
    title="Each row its own length",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Write scalable softmax for a causal layer, without anything of attnkit, as
`weigh_causal(scores, scale)` for square scores of {n_tokens} tokens, say. Token $i$ sees itself and
those before it, and its scores are multiplied by $s \log n$. Which $n$ is it to be? Think of what
happens to the weights of earlier tokens when a new one arrives.
""",
    hints=(
        "When one more token is written, should the weights of earlier rows change?",
        "The factor is one number for each row, so that it stands in a column.",
        "Scale first and mask afterwards: minus infinity times zero is no number.",
    ),
    placeholder='''
def weigh_causal(scores, scale):
    """Weights (query, key) of square scores (query, key), each query seeing itself and before."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(nothing_ahead, sum_of_one, where_it_is_softmax, odds),
    variants={"n_tokens": (5, 7, 11)},
    library={},
)
