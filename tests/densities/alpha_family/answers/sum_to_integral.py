"""Answers to "sum-to-integral": a root finder on the integral, and five slips."""

import torch
from scipy.optimize import brentq

from attnkit import entmax


def right(score, spacing, alpha):
    """Find the threshold of the integral itself; nothing of entmax is used."""
    if alpha == 1:
        heights = (score - score.max()).exp()
        return heights / (spacing * heights.sum())
    power, best = 1 / (alpha - 1), float(score.max())

    def excess(threshold):
        heights = ((alpha - 1) * (score - threshold)).clamp(min=0) ** power
        return float(spacing * heights.sum()) - 1

    threshold = brentq(excess, best - 100.0, best, xtol=1e-14)
    return ((alpha - 1) * (score - threshold)).clamp(min=0) ** power


def weights_as_density(score, spacing, alpha):
    return entmax(score, alpha)


def only_divided(score, spacing, alpha):
    return entmax(score, alpha) / spacing


def power_upside_down(score, spacing, alpha):
    return entmax(spacing ** (1 - alpha) * score, alpha) / spacing


def scores_times_spacing(score, spacing, alpha):
    return entmax(spacing * score, alpha) / spacing


def gaussian_throughout(score, spacing, alpha):
    return torch.softmax(score, 0) / spacing


def deformed_and_divided(score, spacing, alpha):
    if alpha == 1:
        return torch.softmax(score, 0) / spacing
    raised = (1 + (alpha - 1) * score).clamp(min=0) ** (1 / (alpha - 1))
    return raised / (spacing * raised.sum())


WRONG = {
    "mass one": [weights_as_density],
    "any grid": [only_divided, power_upside_down, scores_times_spacing],
    "known density": [gaussian_throughout, deformed_and_divided],
}
