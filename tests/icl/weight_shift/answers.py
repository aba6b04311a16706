"""Answers to "least-prompt-change": one that is right, and mistakes that each break a law."""

import torch


def right(data, weights, step):
    """By projections: onto the weights on one side, off the constant on the other."""
    n_keys = len(data)
    off_constant = torch.eye(n_keys).double() - 1 / n_keys
    return off_constant @ torch.outer(data @ step, weights) / weights.square().sum()


def _kept(data, weights, step):
    """The change that keeps every score."""
    return torch.outer(data @ step, weights) / weights.square().sum()


def nothing(data, weights, step):
    return torch.zeros_like(data)


def not_divided(data, weights, step):
    return torch.outer(data @ step, weights)


def length_not_squared(data, weights, step):
    return torch.outer(data @ step, weights) / weights.norm()


def along_the_step(data, weights, step):
    return torch.outer(data @ step, step) / (step @ weights)


def multiplied(data, weights, step):
    ratio = (weights + step) / weights
    return data * ratio - data


def moved_by_a_constant(data, weights, step):
    return _kept(data, weights, step) + weights


def first_key_kept(data, weights, step):
    scores = data @ step
    return torch.outer(scores - scores[0], weights) / weights.square().sum()


def softmax_shifted(data, weights, step):
    scores = data @ step
    return torch.outer(scores - scores.max(), weights) / weights.square().sum()


def centred_by_the_median(data, weights, step):
    scores = data @ step
    return torch.outer(scores - scores.median(), weights) / weights.square().sum()


WRONG = {
    "the same prediction": [nothing, not_divided, length_not_squared],
    "one direction": [along_the_step, multiplied],
    "no step": [moved_by_a_constant],
    "the smallest": [_kept, first_key_kept, softmax_shifted, centred_by_the_median],
}
