"""Answers to "worst-step": one that is right, and mistakes that each break a law."""

import torch


def right(scores, values, size):
    p = scores.softmax(-1)
    jacobian = p.diag() - p.outer(p)
    gradient = jacobian @ values
    return -size * gradient / gradient.square().sum().sqrt()


def _stretched(row, size):
    return size * row / row.norm()


def against_the_values(scores, values, size):
    return _stretched(-values, size)


def weighted_values(scores, values, size):
    return _stretched(-scores.softmax(-1) * values, size)


def distances_not_weighted(scores, values, size):
    return _stretched(-(values - scores.softmax(-1) @ values), size)


def not_stretched(scores, values, size):
    p = scores.softmax(-1)
    return -size * p * (values - p @ values)


def signs_only(scores, values, size):
    signs = -(values - values.mean())
    return size * signs / signs.abs().sum()


def whole_square(scores, values, size):
    row = right(scores, values, 1.0)
    return size * row / row.square().sum() * 1.01


def saturated_by_the_values(scores, values, size):
    row = scores.softmax(-1) * (values - scores.softmax(-1) @ values) * (1 + values.square())
    return _stretched(row.mean() - row, size)


def logistic_of_the_values(scores, values, size):
    row = scores.softmax(-1) * torch.tanh(values)
    return _stretched(row.mean() - row, size)


def uphill(scores, values, size):
    return -right(scores, values, size)


def centred_values(scores, values, size):
    return _stretched(values.mean() - values, size)


def one_key(scores, values, size):
    row = torch.zeros_like(scores)
    row[values.argmax()], row[values.argmin()] = -1.0, 1.0
    return _stretched(row, size) if len(scores) > 2 else -_stretched(row, size)


WRONG = {
    "no constant": [against_the_values, weighted_values, distances_not_weighted],
    "length": [not_stretched, signs_only, whole_square],
    "only the order of pulls": [saturated_by_the_values, logistic_of_the_values],
    "nothing falls faster": [uphill, centred_values, one_key],
}
