"""Answers to lost-ballot."""

import torch


def _start(scales, gains):
    return torch.tensor(scales, dtype=torch.float64), torch.tensor(gains, dtype=torch.float64)


def right():
    return _start((-0.03, -0.05), (0.01, -0.02))


def too_large():
    return _start((0.5, 0.5), (0.5, -0.1))


def without_a_gain():
    return _start((0.03, 0.03), (0.03, 0.0))


def equal_gains():
    return _start((0.03, 0.02), (0.03, 0.01))


def honest_pair():
    return _start((0.02, -0.02), (0.02, -0.02))


def losing_scale():
    return _start((0.02, 0.01), (0.02, -0.04))


WRONG = {
    "small start": [too_large, without_a_gain],
    "opposite gains": [equal_gains],
    "one head in the end": [honest_pair, losing_scale],
}
