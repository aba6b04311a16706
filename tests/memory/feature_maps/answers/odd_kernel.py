"""Answers to odd-kernel."""

import torch


def _example(scores, values):
    keys = [[score, 0.0] for score in scores]
    each = ([1.0, 0.0], keys, values)
    return tuple(torch.tensor(entries, dtype=torch.float64) for entries in each)


def right():
    """Scores of 2.945 and -5, where the third and the fifth order agree on a negative weight."""
    _, keys, values = _example((1.4725, -2.5), (-1.0, 1.0))
    return torch.tensor([2.0, 0.0], dtype=torch.float64), keys, values


def large_values():
    return _example((0.5, 0.1), (9.0, 9.0))


def far_scores():
    return _example((4.0, -4.0), (1.0, -1.0))


def both_negative():
    return _example((-3.0, -2.5), (1.0, -1.0))


def ordinary_average():
    return _example((1.0, -1.0), (1.0, -1.0))


def safely_balanced():
    return _example((2.5, -3.0), (1.0, -1.0))


WRONG = {
    "modest input": [large_values, far_scores],
    "positive sum": [both_negative],
    "out of range": [ordinary_average, safely_balanced],
}
