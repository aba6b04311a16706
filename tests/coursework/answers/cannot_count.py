"""Answers to "cannot-count": two alternating keys or more, and three slips."""

import torch


def right(n_keys, n_others, width):
    """As many different keys as the larger size exceeds the smaller by, if that divides both."""
    larger, smaller = max(n_keys, n_others), min(n_keys, n_others)
    while smaller:
        larger, smaller = smaller, larger % smaller
    steps = torch.arange(n_keys + n_others, dtype=torch.float64) % larger
    keys = torch.stack([steps + power for power in range(width)], dim=-1)
    return keys[:n_keys], keys[:n_others]


def all_equal(n_keys, n_others, width):
    ones = torch.ones(n_keys + n_others, width, dtype=torch.float64)
    return ones[:n_keys], ones[n_keys:]


def truncated(n_keys, n_others, width):
    """The smaller set is a part of the larger one."""
    keys = torch.arange(max(n_keys, n_others), dtype=torch.float64)[:, None].repeat(1, width)
    return keys[:n_keys], keys[:n_others]


def same_mean(n_keys, n_others, width):
    """Sets that agree in their mean key only."""
    first = torch.linspace(-1, 1, n_keys, dtype=torch.float64)[:, None].repeat(1, width)
    second = torch.linspace(-1, 1, n_others, dtype=torch.float64)[:, None].repeat(1, width)
    return first, second


WRONG = {
    "not all alike": [all_equal],
    "same to every head": [truncated, same_mean],
}
