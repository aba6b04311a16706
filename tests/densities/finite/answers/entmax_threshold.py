"""Answers to "entmax-threshold": a root finder of scipy, and six slips."""

import torch
from scipy.optimize import brentq


def right(scores, alpha):
    """Brent's method on the mass, in plain Python numbers."""
    row = sorted(scores.tolist())
    best, power = row[-1], 1 / (alpha - 1)

    def excess(depth):
        return sum(max((alpha - 1) * (z - best + depth), 0.0) ** power for z in row) - 1

    return best - brentq(excess, 0.0, power, xtol=1e-15, rtol=1e-14)


def _halved(scores, low, high, alpha, steps):
    for _ in range(steps):
        middle = (low + high) / 2
        mass = (((alpha - 1) * (scores - middle)).clamp(min=0) ** (1 / (alpha - 1))).sum()
        low, high = (middle, high) if mass > 1 else (low, middle)
    return float((low + high) / 2)


def fixed_interval(scores, alpha):
    return _halved(scores, -10.0, 10.0, alpha, 80)


def takes_rows_to_be_sorted(scores, alpha):
    return _halved(scores, scores[0] - 1 / (alpha - 1), scores[0], alpha, 80)


def log_sum_exp(scores, alpha):
    return torch.logsumexp(scores, 0)


def sparsemax_for_all(scores, alpha):
    ordered = scores.sort(descending=True).values
    counts = torch.arange(1, len(scores) + 1)
    levels = (ordered.cumsum(0) - 1) / counts
    return levels[int((ordered > levels).sum()) - 1]


def no_scale(scores, alpha):
    """Forgets the factor alpha - 1 under the power."""
    low, high = float(scores.max()) - 1, float(scores.max())
    for _ in range(80):
        middle = (low + high) / 2
        mass = ((scores - middle).clamp(min=0) ** (1 / (alpha - 1))).sum()
        low, high = (middle, high) if mass > 1 else (low, middle)
    return low


def too_few_halvings(scores, alpha):
    return _halved(scores, scores.max() - 1 / (alpha - 1), scores.max(), alpha, 12)


WRONG = {
    "shift": [fixed_interval],
    "order of the keys": [takes_rows_to_be_sorted],
    "reach": [log_sum_exp, sparsemax_for_all, no_scale],
    "mass one": [too_few_halvings],
}
