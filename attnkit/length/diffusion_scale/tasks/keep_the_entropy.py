"""Find the scale at which a longer row of normal scores keeps its entropy."""

import math

from attnkit.coursework import Task, compare, law

__all__ = ["KEEP_THE_ENTROPY"]


def lengths(generator, variant):
    """Lengths from that of training on, at spreads below and above one."""
    n_train = variant["n_train"]
    for factor in (2, 16):
        for spread in (0.5, 1.0, 2.0):
            yield {"n_keys": factor * n_train, "n_train": n_train, "spread": spread}


@law("as in training", "At the length of training the scale is one.", cases=lengths)
def as_in_training(answer, n_keys, n_train, spread):
    return compare.against(answer(n_train, n_train, spread), 1.0, what="the scale")


@law("sharper", "A longer row needs more than the length of training did.", cases=lengths)
def sharper(answer, n_keys, n_train, spread):
    short, long = answer(n_keys, n_train, spread), answer(2 * n_keys, n_train, spread)
    return compare.at_least(min(short - 1, long - short), 1e-3, what="the gain by length")


@law("spread", "The narrower the scores, the larger the scale.", cases=lengths)
def narrower(answer, n_keys, n_train, spread):
    wide, narrow = answer(n_keys, n_train, spread), answer(n_keys, n_train, spread / 2)
    return compare.at_least(narrow - wide, 1e-3, what="the gain by narrower scores")


@law("same entropy", "By the law of dispersion both rows have the same entropy.", cases=lengths)
def same_entropy(answer, n_keys, n_train, spread):
    scale = answer(n_keys, n_train, spread)
    long = math.log(n_keys) - (scale * spread) ** 2 / 2
    return compare.against(long, math.log(n_train) - spread**2 / 2, what="the entropy")


KEEP_THE_ENTROPY = Task(
    name="keep-the-entropy",
    title="Which invariance?",
    kind="derive",
    difficulty=2,
    minutes=20,
    statement=r"""
A softmax of $n$ normal scores of spread $\sigma$, multiplied by $s$, has entropy
$\log n - s^2 \sigma^2 / 2$ while it is not frozen. The root keeps the *share* of $\log n$. Find the
scale that keeps the *entropy* of a row of {n_train} keys, and write it without anything of attnkit
as `keeping_scale(n_keys, n_train, spread)`. What must it know that the root does not?
""",
    hints=(
        "Write the entropy at both lengths, with a scale of one at the shorter of them.",
        "The two logarithms differ by the logarithm of a ratio: what has to make up for it?",
        "Solve for the square of the scale first; only the extra spread depends on the length.",
    ),
    placeholder='''
def keeping_scale(n_keys, n_train, spread):
    """The factor on the scores of a row of so many keys, a number."""
    return float("nan")
''',
    laws=(as_in_training, sharper, narrower, same_entropy),
    variants={"n_train": (256, 64, 1024)},
    library={},
)
