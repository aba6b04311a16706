"""Answers to safe-key-features."""

import math

import torch


def right(projected):
    """Entry by entry."""
    largest = max(abs(x) for row in projected.tolist() for x in row)
    rows = [
        [math.exp(sign * x - largest) for sign in (1, -1) for x in row]
        for row in projected.tolist()
    ]
    return torch.tensor(rows, dtype=projected.dtype)


def _signs(projected):
    return torch.cat([projected, -projected], -1)


def plain(projected):
    return _signs(projected).exp()


def one_sign_s_largest(projected):
    return (_signs(projected) - projected.max()).exp()


def each_key_s_own(projected):
    signs = _signs(projected)
    return (signs - signs.amax(-1, keepdim=True)).exp()


def one_softmax(projected):
    return _signs(projected).softmax(-1)


def softmax_of_each_sign(projected):
    return torch.cat([projected.softmax(-1), (-projected).softmax(-1)], -1)


def each_feature_s_own(projected):
    return (_signs(projected) - projected.abs().amax(0).repeat(2)).exp()


def clamped(projected):
    return _signs(projected).clamp(-1, 1).exp()


WRONG = {
    "both signs": [one_sign_s_largest],
    "long keys": [plain],
    "same weights": [
        each_key_s_own,
        one_softmax,
        softmax_of_each_sign,
        each_feature_s_own,
        clamped,
    ],
}
