"""Answers to "threshold-bracket": one that is right, and mistakes that each break a law."""

import torch


def _root(scores):
    """Sparsemax's threshold by halving."""
    low, high = scores.max() - 1, scores.max()
    for _ in range(60):
        middle = (low + high) / 2
        if (scores - middle).clamp(min=0).sum() >= 1:
            low = middle
        else:
            high = middle
    return low


def _bracket(low, width):
    return torch.stack([low, low + width])


def _rounded(scores, n_bins, rounding):
    best = scores.max()
    return best + rounding((scores - best) * n_bins) / n_bins


def right(scores, n_bins):
    return _bracket(_root(_rounded(scores, n_bins, torch.floor)), 1 / n_bins)


def whole_interval(scores, n_bins):
    return _bracket(scores.max() - 1, 1.0)


def edges_of_zero(scores, n_bins):
    return _bracket(_root(torch.floor(scores * n_bins) / n_bins), 1 / n_bins)


def rounded_up(scores, n_bins):
    return _bracket(_root(_rounded(scores, n_bins, torch.ceil)), 1 / n_bins)


def rounded_to_the_nearest(scores, n_bins):
    return _bracket(_root(_rounded(scores, n_bins, torch.round)), 1 / n_bins)


def counted_once(scores, n_bins):
    return _bracket(_root(_rounded(scores, n_bins, torch.floor).unique()), 1 / n_bins)


def around_the_true_one(scores, n_bins):
    return _bracket(_root(scores) - 0.5 / n_bins, 1 / n_bins)


WRONG = {
    "width of a bin": [whole_interval],
    "goes along": [edges_of_zero],
    "holds the threshold": [rounded_up, rounded_to_the_nearest, counted_once],
    "of the rounded row": [around_the_true_one],
}
