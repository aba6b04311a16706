"""The threshold at which a row of normal scores sums to one on average."""

import math

import numpy as np

from attnkit.coursework import Task, compare, law

__all__ = ["THRESHOLD_OF_LENGTH"]


def lengths(generator, variant):
    """A few lengths, the variant's among them."""
    for n_keys in (1, 4, 64, variant["n_keys"]):
        yield {"n_keys": n_keys}


def longest_too(generator, variant):
    """The same, and a thousand times the variant's."""
    yield from lengths(generator, variant)
    yield {"n_keys": 1000 * variant["n_keys"]}


@law("longer rows", "A longer row needs a higher threshold.", cases=lengths)
def longer(answer, n_keys):
    rise = answer(4 * n_keys) - answer(n_keys)
    if not rise > 0:
        return "the threshold of a row four times as long is not higher"
    return None


@law(
    "below the best", "In a long row it lies below the highest score to be expected.", cases=lengths
)
def below_the_best(answer, n_keys):
    n = 1000 * n_keys
    highest = math.sqrt(2 * math.log(n))
    return compare.at_most(answer(n), highest, what="the threshold in a long row")


@law("sum of one", "The weights of a row sum to one on average.", cases=longest_too)
def sum_of_one(answer, n_keys):
    threshold = float(answer(n_keys))
    if not -30 < threshold < 30:
        return "the threshold is nowhere near the scores"
    heights = np.linspace(0.0, 45.0, 450_001)
    density = np.exp(-((heights + threshold) ** 2) / 2) / math.sqrt(2 * math.pi)
    mean = np.trapezoid(heights * density, heights)
    return compare.against(n_keys * mean, 1.0, what="the mean sum", tolerance=1e-4)


THRESHOLD_OF_LENGTH = Task(
    name="threshold-of-length",
    title="A threshold that knows the length",
    kind="derive",
    difficulty=2,
    minutes=35,
    statement=r"""
A ReLU above a threshold $\tau$ weighs each key by itself, $p_i = [z_i - \tau]_+$ ($\alpha = 2$).
Scores are independent and standard normal. Derive what $n$ keys sum to on average, and write
`threshold_for(n_keys)`, the $\tau$ at which that is one, without anything of attnkit. It will be
tried from 1 key to {n_keys} thousand. How does it compare with $\sqrt{{2 \log n}}$, and what does
it need to know that a sparsemax finds for itself?
""",
    hints=(
        "The mean of a sum is n times the mean of one weight: an integral above the threshold.",
        "Split the integrand: one part integrates to the density, the other to its tail.",
        "The mean sum falls as the threshold rises, so halve an interval that holds the root.",
    ),
    placeholder='''
def threshold_for(n_keys):
    """The threshold at which n_keys normal scores sum to one on average, as a number."""
    return float("nan")
''',
    laws=(longer, below_the_best, sum_of_one),
    variants={"n_keys": (256, 512, 1024)},
    library={},
)
