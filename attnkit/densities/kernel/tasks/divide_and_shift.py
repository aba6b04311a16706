"""What is lost when a row is divided by its sum instead of being cut at a threshold."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.densities.kernel.normalisations import divided
from attnkit.diagnostics import effective_number

__all__ = ["DIVIDE_AND_SHIFT"]


def the_row(generator, variant):
    """One case: number of keys, alpha, and the share of the keys to be reached."""
    yield {"n_keys": variant["n_keys"], "alpha": variant["alpha"], "share": 0.99}


def _weights(scores, alpha):
    return divided(scores, torch.ones_like(scores), alpha)


@law("admissible", "Scores and constant are finite, and some key has weight.", cases=the_row)
def admissible(answer, n_keys, alpha, share):
    scores, constant = answer(n_keys, alpha)
    if not (bool(scores.isfinite().all()) and abs(constant) < float("inf")):
        return "a score or the constant is infinite"
    for row in (scores, scores + constant):
        if not bool((_weights(row, alpha) > 0).any()):
            return "the row has no positive entry to be divided by its sum"
    return None


@law("one key before", "Before the constant is added one key has all the weight.", cases=the_row)
def one_key_before(answer, n_keys, alpha, share):
    scores, _ = answer(n_keys, alpha)
    if int((_weights(scores, alpha) > 0).sum()) != 1:
        return "more than one key has weight before the constant is added"
    return None


@law("all keys after", "Afterwards the effective number is nearly that of all keys.", cases=the_row)
def all_keys_after(answer, n_keys, alpha, share):
    scores, constant = answer(n_keys, alpha)
    number = effective_number(_weights(scores + constant, alpha))
    return compare.at_least(number / n_keys, share, what="the effective share of the keys")


DIVIDE_AND_SHIFT = Task(
    name="divide-and-shift",
    title="Divide, and lose the zero",
    kind="break",
    difficulty=1,
    minutes=15,
    statement=r"""
It is tempting to skip the threshold: raise the scores with the deformed exponential
$e(z) = [1 + (\alpha-1) z]_+^{{1/(\alpha-1)}}$ and divide by the sum,
$p_i = e(z_i) / \sum_j e(z_j)$. At $\alpha = 1$ this is softmax, so surely *“adding one constant to
all scores changes nothing that matters: if one key has all the weight, it keeps it.”* Break this
as badly as it can be broken. Write `scores_and_constant(n_keys, alpha)`, which returns a float64
tensor of scores and a constant: before it is added exactly one of the {n_keys} keys has weight at
$\alpha = {alpha}$, and afterwards the effective number $1/\sum_i p_i^2$ exceeds 99 per cent of all
the keys. What does $\alpha$-entmax make of your two rows?
""",
    hints=(
        "Below which score does $e$ give zero? That is a fixed number, not one that moves with "
        "the row.",
        "Let the best key stand above that number and all others below it. What does a huge "
        "constant make of the ratios $e(z_i)/e(z_j)$?",
        "$e$ grows like a power, and the ratio of $(x + 1)^r$ to $x^r$ tends to one.",
    ),
    placeholder='''
def scores_and_constant(n_keys, alpha):
    """Scores (key,) in float64, and the constant to be added to each of them."""
    return torch.full((n_keys,), float("nan"), dtype=torch.float64), float("nan")
''',
    laws=(admissible, one_key_before, all_keys_after),
    variants={"n_keys": (12, 20, 50), "alpha": (2.0, 1.5, 1.75)},
)
