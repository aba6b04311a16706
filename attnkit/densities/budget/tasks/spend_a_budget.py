"""Project scores onto weights that sum to k, none of them above one."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SPEND_A_BUDGET"]


def rows(generator, variant):
    """Rows from three keys on, with budgets that leave some keys whole and some with nothing."""
    for n_keys in (3, 7, variant["n_keys"]):
        scores = torch.randn(n_keys, generator=generator, dtype=torch.float64)
        for budget in (1.0, 1.5, 2.5, n_keys - 0.5):
            yield {"scores": scores, "budget": budget}


@law("the budget is spent", "The weights sum to the budget.", cases=rows)
def spent(answer, scores, budget):
    return compare.against(answer(scores, budget).sum(), budget, what="the sum of the weights")


@law("none above one", "No key has more than one, and none less than nothing.", cases=rows)
def none_above_one(answer, scores, budget):
    weights = answer(scores, budget)
    too_much = compare.at_most(weights, torch.ones_like(weights), what="a weight")
    return too_much or compare.at_least(weights, torch.zeros_like(weights), what="a weight")


@law("level", "Keys that are neither whole nor nothing keep their gaps.", cases=rows)
def level(answer, scores, budget):
    weights = answer(scores, budget)
    between = (weights > 1e-9) & (weights < 1 - 1e-9)
    heights = (scores - weights)[between]
    wanted = heights.mean().expand_as(heights) if len(heights) else heights
    return compare.against(weights[between], (scores[between] - wanted), what="the shared weights")


@law("no better way", "No trade between two keys comes nearer to the scores.", cases=rows)
def no_better_way(answer, scores, budget):
    weights = answer(scores, budget)
    gains = scores - weights
    givers, takers = gains[weights > 1e-9], gains[weights < 1 - 1e-9]
    if len(givers) and len(takers) and takers.max() > givers.min() + 1e-6:
        return "a key could give to another, and the weights would be nearer to the scores"
    return None


SPEND_A_BUDGET = Task(
    name="spend-a-budget",
    title="Spend a budget",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Of all weights with $0 \le p_i \le 1$ and $\sum_i p_i = k$, those nearest to the scores are
$p_i = \min(\max(z_i - \tau, 0), 1)$ for one number $\tau$. Write `spend(scores, budget)` for one
row (float64, in any order, up to {n_keys} keys) and $0 < k < n$, within $10^{{-6}}$ and without
anything of attnkit. At $k = 1$ it is a sparsemax. Why would rescaling a sparsemax by $k$ not do?
""",
    hints=(
        "As a function of the threshold, does the sum ever rise?",
        "At which threshold is every key whole, and at which has none a weight?",
        "Halve the interval between those two, keeping the half in which the sum passes k.",
    ),
    placeholder='''
def spend(scores, budget):
    """Weights (key,) between nothing and one that sum to the budget, nearest to scores (key,)."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(spent, none_above_one, level, no_better_way),
    variants={"n_keys": (13, 17, 29)},
    library={},
)
