"""Answers to "spend-a-budget": one that is right, and mistakes that each break a law."""

import torch
from scipy.optimize import brentq


def right(scores, budget):
    row = scores.tolist()

    def surplus(level):
        return sum(min(max(z - level, 0.0), 1.0) for z in row) - budget

    level = brentq(surplus, min(row) - 1.5, max(row) + 0.5, xtol=1e-14)
    return torch.tensor([min(max(z - level, 0.0), 1.0) for z in row], dtype=scores.dtype)


def _sparsemax(scores, total):
    ordered = scores.sort(descending=True).values
    levels = (ordered.cumsum(0) - total) / torch.arange(1, len(scores) + 1)
    return (scores - levels[(ordered > levels).sum() - 1]).clamp(min=0)


def capped_afterwards(scores, budget):
    return _sparsemax(scores, budget).clamp(max=1)


def plain_sparsemax(scores, budget):
    return _sparsemax(scores, 1.0)


def no_cap(scores, budget):
    return _sparsemax(scores, budget)


def rescaled(scores, budget):
    return budget * _sparsemax(scores, 1.0)


def best_keys_first(scores, budget):
    """The best keys whole, and the rest of the budget to the next."""
    places = scores.argsort(descending=True).argsort()
    return (budget - places).clamp(0, 1).to(scores.dtype)


def worst_keys_first(scores, budget):
    return best_keys_first(-scores, budget)


def spread_evenly(scores, budget):
    return torch.full_like(scores, budget / len(scores))


WRONG = {
    "the budget is spent": [capped_afterwards, plain_sparsemax],
    "none above one": [no_cap, rescaled],
    "level": [spread_evenly],
    "no better way": [best_keys_first, worst_keys_first],
}
