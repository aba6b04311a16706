"""Answers to adding-wins."""

import math

import torch


def _pairs(overlap, values, *, length=1.0):
    keys = [[1.0, 0.0], [overlap * length, math.sqrt(1 - overlap**2) * length]]
    return tuple(torch.tensor(each, dtype=torch.float64) for each in (keys, values))


def right():
    return _pairs(-0.79, [-1.0, -1.0])


def long_key():
    return _pairs(0.5, [1.0, -1.0], length=1.5)


def same_key():
    return _pairs(1.0, [1.0, -1.0])


def large_values():
    return _pairs(0.7, [1.0, -3.0])


def agreeing_values():
    return _pairs(0.8, [1.0, 1.0])


def orthogonal():
    return _pairs(0.0, [1.0, -1.0])


def small_overlap():
    return _pairs(0.3, [1.0, -1.0])


WRONG = {
    "unit keys": [long_key],
    "different keys": [same_key],
    "signs as values": [large_values],
    "adding wins": [agreeing_values, orthogonal, small_overlap],
}
