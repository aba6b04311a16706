"""Answers to "slope-in-alpha": one that is right, and mistakes that each break a law."""

import math

import torch


def right(weights, alpha):
    row, excess = weights.tolist(), alpha - 1
    moved = [0.0 if p == 0 else p * (1 - excess * math.log(p)) / excess**2 for p in row]
    moves = [0.0 if p == 0 else p ** (2 - alpha) for p in row]
    drift = sum(moved) / sum(moves)
    found = [m - drift * e for m, e in zip(moved, moves, strict=True)]
    return torch.tensor(found, dtype=weights.dtype)


def _parts(weights, alpha):
    kept = weights > 0
    safe = weights.where(kept, 1.0)
    escort = (safe ** (2 - alpha)).where(kept, 0.0)
    return safe, escort / escort.sum(), -weights * safe.log()


def threshold_held_still(weights, alpha):
    _, _, h = _parts(weights, alpha)
    return weights / (alpha - 1) ** 2 + h / (alpha - 1)


def entropy_not_centred(weights, alpha):
    _, e, h = _parts(weights, alpha)
    return (weights - e) / (alpha - 1) ** 2 + h / (alpha - 1)


def even_over_all_keys(weights, alpha):
    slopes = threshold_held_still(weights, alpha)
    return slopes - slopes.mean()


def centred_by_the_weights(weights, alpha):
    slopes = threshold_held_still(weights, alpha)
    return slopes - weights * slopes.sum()


def softmax_s_limit(weights, alpha):
    safe, _, _ = _parts(weights, alpha)
    squares = safe.log() ** 2
    return -weights * (squares - (weights * squares).sum()) / 2


def sign_of_the_entropy(weights, alpha):
    _, e, h = _parts(weights, alpha)
    return (weights - e) / (alpha - 1) ** 2 - (h - e * h.sum()) / (alpha - 1)


def one_power_short(weights, alpha):
    _, e, h = _parts(weights, alpha)
    return (weights - e) / (alpha - 1) + h - e * h.sum()


WRONG = {
    "no weight is made": [threshold_held_still, entropy_not_centred],
    "outside the support": [even_over_all_keys],
    "differences": [
        centred_by_the_weights,
        softmax_s_limit,
        sign_of_the_entropy,
        one_power_short,
    ],
}
