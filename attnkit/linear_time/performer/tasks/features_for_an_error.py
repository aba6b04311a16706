"""Count the random features that an error asks for."""

import math

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["FEATURES_FOR_AN_ERROR"]


def _pairs(generator, variant):
    """Short pairs and longer ones, of few dimensions."""
    for width, size in ((1, 0.3), (2, 0.6), (variant["width"], 0.4)):
        q, k = size * torch.randn(2, width, generator=generator, dtype=torch.float64)
        yield {
            "query": q,
            "key": k,
            "error": 0.1 + 0.2 * torch.rand((), generator=generator).item(),
        }


@law("half the error", "Half the error takes four times the features.", cases=_pairs)
def _half(answer, *, query, key, error):
    once, half = answer(query, key, error), answer(query, key, error / 2)
    return compare.against(half, 4 * once, what="the number at half the error")


@law("an opposite pair", "A key that is minus the query needs no features at all.", cases=_pairs)
def _opposite(answer, *, query, key, error):
    return compare.against(answer(query, -query, error), 0.0, what="the number for an opposite key")


@law("turned", "What is added to the key and taken from the query changes nothing.", cases=_pairs)
def _exchanged(answer, *, query, key, error):
    once, moved = answer(query, key, error), answer(query - 0.3, key + 0.3, error)
    return compare.against(moved, once, what="the number after such a change")


@law("as measured", "The number is what the features' own spread asks for.", cases=_pairs)
def _measured(answer, *, query, key, error):
    nodes, weights = _rule()
    total = (query + key).norm()
    values = (nodes * total - (query.square().sum() + key.square().sum()) / 2).exp()
    mean = (weights * values).sum()
    relative = (weights * values.square()).sum() / mean**2 - 1
    return compare.against(
        answer(query, key, error), relative / error**2, what="the number", tolerance=1e-4
    )


def _rule():
    """Points and weights of a normal number, far into its tails."""
    nodes = torch.linspace(-20, 20, 8001, dtype=torch.float64)
    return nodes, (-nodes.square() / 2).exp() * 0.005 / math.sqrt(2 * math.pi)


FEATURES_FOR_AN_ERROR = Task(
    name="features-for-an-error",
    title="How many features for an error?",
    kind="derive",
    difficulty=2,
    minutes=25,
    statement=r"""
One positive random feature estimates $e^{{q \cdot k}}$ by
$e^{{\omega \cdot (q + k) - (|q|^2 + |k|^2)/2}}$, with $\omega$ normal. Derive its variance over its
squared mean, and from it how many independent ones bring the relative error, a standard deviation,
down to a given number. Write it, not rounded, as `features_needed(query, key, error)` for vectors
of width {width}, say, without anything of attnkit. How many does $|q + k| = 4$ take for a tenth?
""",
    hints=(
        "A normal number times a vector's length: all that matters of the direction is one number.",
        "You know the mean of an exponential of a normal number; its square is one too.",
        "Write the second moment over the squared mean, and see what becomes of the lengths.",
    ),
    placeholder='''
def features_needed(query, key, error):
    """How many positive features estimate the kernel of the pair within this relative error."""
    return float("nan")
''',
    laws=(_half, _opposite, _exchanged, _measured),
    library={},
    variants={"width": (3, 4, 5)},
)
