"""How weights move when alpha does, from the weights alone."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.densities import entmax

__all__ = ["SLOPE_IN_ALPHA"]


def rows(generator, variant):
    """Scores from two keys to many with an alpha each, the variant's first."""
    for n_keys in (2, 5, 31):
        for alpha in (variant["alpha"], 1.1, 2.0):
            scores = torch.randn(n_keys, generator=generator, dtype=torch.float64)
            yield {"scores": scores, "alpha": alpha}


@law("no weight is made", "The slopes of a row sum to zero.", cases=rows)
def nothing_is_made(answer, scores, alpha):
    slopes = answer(entmax(scores, alpha), alpha)
    return compare.against(slopes.sum(), 0.0, what="the sum of the slopes")


@law("outside the support", "A key without weight has no slope.", cases=rows)
def outside(answer, scores, alpha):
    weights = entmax(torch.cat([scores, scores.min()[None] - 50.0]), alpha)
    slopes = answer(weights, alpha)[weights == 0]
    return compare.against(slopes, torch.zeros_like(slopes), what="the slopes outside the support")


@law("equal keys", "Equal weights do not move.", cases=rows)
def equal_keys(answer, scores, alpha):
    even = torch.full_like(scores, 1 / len(scores))
    return compare.against(answer(even, alpha), torch.zeros_like(scores), what="the slopes")


@law("differences", "The slopes are what a small step in alpha shows.", cases=rows)
def differences(answer, scores, alpha):
    step = 1e-5
    wanted = (entmax(scores, alpha + step) - entmax(scores, alpha - step)) / (2 * step)
    slopes = answer(entmax(scores, alpha), alpha)
    return compare.against(slopes, wanted, what="the slopes", tolerance=1e-4)


SLOPE_IN_ALPHA = Task(
    name="slope-in-alpha",
    title="The slope in alpha",
    kind="derive",
    difficulty=3,
    minutes=45,
    statement=r"""
A head that learns its $\alpha$ needs $\partial p / \partial \alpha$ for
$p_i = [(\alpha - 1)(z_i - \tau)]_+^{{1/(\alpha - 1)}}$, where $\tau$ moves with $\alpha$. Derive it
and write `slope_in_alpha(weights, alpha)`, for one row of weights and $\alpha > 1$, **without** the
scores, attnkit or autograd. It will be tried at $\alpha = {alpha}$ first. Then look at your formula
near $\alpha = 1$: what would a computer make of it?
""",
    hints=(
        "Take the logarithm of a weight in the support before you differentiate.",
        "The score less the threshold can be told from the weight, so that no score is needed.",
        "What the threshold does follows from the sum of all weights, which does not move.",
    ),
    placeholder='''
def slope_in_alpha(weights, alpha):
    """How fast each weight (key,) of alpha-entmax moves when alpha does."""
    return torch.full_like(weights, float("nan"))
''',
    laws=(nothing_is_made, outside, equal_keys, differences),
    variants={"alpha": (1.5, 1.3, 1.4, 1.7)},
    library={},
    autograd=False,
)
