"""The least entropy of a row, from nothing but the size of its scores."""

import math

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["LEAST_ENTROPY"]


def lengths(variant):
    """Two keys, three, and what the variant asks for."""
    return (2, 3, variant["n_keys"])


def norms(generator, variant):
    """Norms from small to large, for rows of several lengths."""
    for n_keys in lengths(variant):
        for norm in (0.2, 1.0, 3.0, 8.0):
            yield {"norm": norm, "n_keys": n_keys}


def flat(generator, variant):
    """Rows without any spread."""
    for n_keys in lengths(variant):
        yield {"n_keys": n_keys}


def rows(generator, variant):
    """Random rows of several spreads."""
    for n_keys in lengths(variant):
        for spread in (0.3, 1.0, 3.0):
            yield {"scores": spread * torch.randn(7, n_keys, generator=generator).double()}


def entropy_of(scores):
    """Of the softmax of rows of scores."""
    return torch.distributions.Categorical(logits=scores).entropy()


def two_values(norm, n_keys):
    """The row of this norm with one key above the others, built by scaling."""
    row = torch.zeros(n_keys, dtype=torch.float64)
    row[0] = 1.0
    row = row - row.mean()
    return norm * row / row.norm()


@law("no spread", "A row without spread has the entropy log n.", cases=flat)
def no_spread(answer, n_keys):
    return compare.against(answer(0.0, n_keys), math.log(n_keys), what="the bound")


@law("falling", "Scores of a larger norm may be sharper.", cases=norms)
def falling(answer, norm, n_keys):
    return compare.at_most(
        answer(1.3 * norm, n_keys), answer(norm, n_keys), what="the bound at a larger norm"
    )


@law("a bound", "No row is sharper, whatever constant is added to its scores.", cases=rows)
def a_bound(answer, scores):
    centred = (scores - scores.mean(-1, keepdim=True)).norm(dim=-1).tolist()
    bounds = torch.tensor([float(answer(norm, scores.shape[-1])) for norm in centred])
    return compare.at_most(bounds, entropy_of(scores + 5.0), what="the bound")


@law("attained", "One key above equal others has the entropy of the bound.", cases=norms)
def attained(answer, norm, n_keys):
    wanted = entropy_of(two_values(norm, n_keys)).item()
    return compare.against(answer(norm, n_keys), wanted, what="the bound")


LEAST_ENTROPY = Task(
    name="least-entropy",
    title="The sharpest row of its size",
    kind="derive",
    difficulty=2,
    minutes=30,
    statement=r"""
The scores of a row have mean zero and norm $s$. The sharpest such row has one key above $n - 1$
equal ones. Find its scores, the ratio $b$ of a low key's weight to the high one's, and the entropy
of its softmax in closed form. Write `least_entropy(norm, n_keys)` by it, without anything of
attnkit. It is held to rows of up to {n_keys} keys.
""",
    hints=(
        "Two numbers describe the row, and two conditions are given: the mean and the norm.",
        "The difference between the two scores is a multiple of $s$ that tends to $s$ itself for "
        "long rows; $b$ is its negative exponential.",
        "Entropy is the log of the partition function minus the mean score. Measure scores from "
        "the high key, so that the partition function is one plus what the others add.",
    ),
    placeholder='''
def least_entropy(norm, n_keys):
    """Least entropy, in nats, of n_keys >= 2 scores of mean zero and this norm."""
    return float("nan")
''',
    laws=(no_spread, falling, a_bound, attained),
    variants={"n_keys": (17, 64, 257)},
    library={},
)
