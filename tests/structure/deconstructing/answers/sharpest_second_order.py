"""Answers to "sharpest-second-order": one that is right, and mistakes that each break a law."""

import math


def right(n_keys, reach):
    """By looking for the lowest rival, without its derivative."""
    low, high = -reach, reach
    for _ in range(200):
        third = (high - low) / 3
        a, b = low + third, high - third
        low, high = (low, b) if _height(a) < _height(b) else (a, high)
    return _height(reach) / (_height(reach) + (n_keys - 1) * _height(low))


def _height(z):
    return ((1 + z) ** 2 + 1) / 2


def always_at_the_lowest_point(n_keys, reach):
    return _height(reach) / (_height(reach) + (n_keys - 1) / 2)


def no_weight_at_all_for_rivals(n_keys, reach):
    return 1.0


def rivals_at_the_bound(n_keys, reach):
    return _height(reach) / (_height(reach) + (n_keys - 1) * _height(-reach))


def rivals_at_zero_beyond_one(n_keys, reach):
    lowest = 1.0 if reach > 1 else _height(-reach)
    return _height(reach) / (_height(reach) + (n_keys - 1) * lowest)


def all_keys_are_rivals(n_keys, reach):
    lowest = 0.5 if reach > 1 else _height(-reach)
    return _height(reach) / (_height(reach) + n_keys * lowest) + 1 / n_keys - 1 / (n_keys + 1)


def softmax(n_keys, reach):
    return math.exp(reach) / (math.exp(reach) + (n_keys - 1) * math.exp(-reach))


def rivals_at_zero(n_keys, reach):
    return _height(reach) / (_height(reach) + n_keys - 1)


WRONG = {
    "no scores": [always_at_the_lowest_point, no_weight_at_all_for_rivals],
    "more room": [rivals_at_the_bound, rivals_at_zero_beyond_one],
    "more rivals": [all_keys_are_rivals],
    "nothing beats it": [softmax, rivals_at_zero],
}
