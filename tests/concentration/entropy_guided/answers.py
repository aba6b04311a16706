"""Answers to "inside-the-band": one that is right, and mistakes that each break a law."""

import math

import torch


def terms(weights, target, tolerance, n_visible=lambda q: q + 1):
    for q, row in enumerate(weights):
        seen = row[row > 0]
        largest = math.log(n_visible(q))
        yield -(seen * seen.log()).sum() - target * largest, tolerance * largest


def right(weights, target, tolerance):
    pairs = terms(weights, target, tolerance)
    return torch.stack([(d.abs() - slack).clamp_min(0) ** 2 for d, slack in pairs]).mean()


def squares_without_a_band(weights, target, tolerance):
    return torch.stack([d**2 for d, _ in terms(weights, target, tolerance)]).mean()


def log_of_the_context(weights, target, tolerance):
    pairs = terms(weights, target, tolerance, lambda q: 11)
    return torch.stack([(d.abs() - slack).clamp_min(0) ** 2 for d, slack in pairs]).mean()


def as_released(weights, target, tolerance):
    pairs = terms(weights, target, tolerance)
    return torch.stack([torch.where(d.abs() > slack, d**2, 0 * d) for d, slack in pairs]).mean()


def log_of_zero(weights, target, tolerance):
    spoiled = torch.where(weights > 0, weights * weights.log(), 0.0).sum() * 0
    return right(weights, target, tolerance) + spoiled


def summed(weights, target, tolerance):
    return len(weights) * right(weights, target, tolerance)


def not_squared(weights, target, tolerance):
    pairs = terms(weights, target, tolerance)
    return torch.stack([(d.abs() - slack).clamp_min(0) for d, slack in pairs]).mean()


def one_side(weights, target, tolerance):
    pairs = terms(weights, target, tolerance)
    return torch.stack([(d - slack).clamp_min(0) ** 2 for d, slack in pairs]).mean()


def tolerance_not_scaled(weights, target, tolerance):
    deviations = [d for d, _ in terms(weights, target, tolerance)]
    return torch.stack([(d.abs() - tolerance).clamp_min(0) ** 2 for d in deviations]).mean()


WRONG = {
    "no target missed": [squares_without_a_band, tolerance_not_scaled],
    "one key": [log_of_the_context],
    "finite slopes": [log_of_zero],
    "no jump": [as_released],
    "row by row": [summed, not_squared, one_side],
}
