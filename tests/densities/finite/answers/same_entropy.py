"""Answers to "same-entropy": the leader's weight from a root finder, and three slips."""

import math

import torch
from scipy.optimize import brentq


def _leader(n_keys, n_even):
    """Score of a leader over n - 1 zeros at which softmax has entropy log n_even."""

    def excess(weight):
        rest = 1 - weight
        spread = rest * math.log((n_keys - 1) / rest)
        return spread - weight * math.log(weight) - math.log(n_even)

    weight = brentq(excess, 1 / n_keys, 1 - 1e-12, xtol=1e-15)
    return math.log(weight * (n_keys - 1) / (1 - weight))


def right(n_keys):
    n_even = n_keys // 5
    first, second = torch.zeros(2, n_keys, dtype=torch.float64)
    first[-1] = _leader(n_keys, n_even)
    second[n_even:] = -3.0
    return first, second


def infinitely_low(n_keys):
    first, second = right(n_keys)
    return first, second.masked_fill(second < 0, -torch.inf)


def entropies_only_close(n_keys):
    first, second = right(n_keys)
    return first + 0.01 * (first > 0), second


def the_same_row_twice(n_keys):
    even = torch.zeros(n_keys, dtype=torch.float64)
    return even, even


WRONG = {
    "admissible": [infinitely_low],
    "one entropy": [entropies_only_close],
    "far apart": [the_same_row_twice],
}
