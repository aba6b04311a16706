"""Answers to "divide-and-shift": one that works, and three that break nothing."""

import torch


def right(n_keys, alpha):
    return -5.0 * torch.arange(n_keys, dtype=torch.float64), 1e6


def nobody_left(n_keys, alpha):
    return -5.0 * torch.arange(n_keys, dtype=torch.float64), -100.0


def several_before(n_keys, alpha):
    return torch.linspace(0, 1, n_keys, dtype=torch.float64), 1e6


def a_small_constant(n_keys, alpha):
    return -5.0 * torch.arange(n_keys, dtype=torch.float64), 3.0


WRONG = {
    "admissible": [nobody_left],
    "one key before": [several_before],
    "all keys after": [a_small_constant],
}
