"""Answers to "least-entropy": one that is right, and mistakes that each break a law."""

import math

import torch


def right(norm, n_keys):
    low = -norm / math.sqrt(n_keys * (n_keys - 1))
    row = torch.full((n_keys,), low, dtype=torch.float64)
    row[0] = -low * (n_keys - 1)
    weights = row.softmax(-1)
    return -(weights * weights.log()).sum().item()


def formula(gap, n_keys):
    b = math.exp(-gap)
    others = (n_keys - 1) * b
    return math.log1p(others) + gap * others / (1 + others)


def in_bits(norm, n_keys):
    return right(norm, n_keys) / math.log(2)


def without_the_mean_score(norm, n_keys):
    return math.log1p((n_keys - 1) * math.exp(-norm * math.sqrt(n_keys / (n_keys - 1))))


def of_n_keys_below(norm, n_keys):
    gap = norm * math.sqrt(n_keys / (n_keys - 1))
    return math.log1p(n_keys * math.exp(-gap)) + gap * n_keys / (n_keys + math.exp(gap))


def rising(norm, n_keys):
    return 2 * math.log(n_keys) - right(norm, n_keys)


def gap_too_small(norm, n_keys):
    return formula(norm * math.sqrt((n_keys - 1) / n_keys), n_keys)


def always_log_n(norm, n_keys):
    return math.log(n_keys)


def gap_too_large(norm, n_keys):
    return formula(norm * n_keys / (n_keys - 1), n_keys)


def zero_beyond(norm, n_keys):
    return right(norm, n_keys) * (0.5 if norm else 1.0)


WRONG = {
    "no spread": [in_bits, of_n_keys_below],
    "falling": [rising],
    "a bound": [gap_too_small, always_log_n],
    "attained": [without_the_mean_score, gap_too_large, zero_beyond],
}
