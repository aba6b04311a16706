"""Answers to entropy-in-one-pass."""

import math

import torch


def right(one, other):
    """With plain numbers; a part of no key is left out."""
    parts = [part.tolist() for part in (one, other) if part[1] > 0]
    if not parts:
        return one.clone()
    m = max(part[0] for part in parts)
    u = sum(math.exp(part[0] - m) * part[1] for part in parts)
    t = sum(math.exp(part[0] - m) * (part[2] + (part[0] - m) * part[1]) for part in parts)
    return torch.tensor([m, u, t], dtype=one.dtype)


def _merge(one, other, summand=1.0, factor=True):
    m = torch.maximum(one[0], other[0])
    sums = [m.new_zeros(()), m.new_zeros(())]
    for part in (one, other):
        if part[1] > 0:
            share = (part[0] - m).exp() if factor else 1.0
            sums[0] = sums[0] + share * part[1]
            sums[1] = sums[1] + share * (part[2] + summand * (part[0] - m) * part[1])
    return torch.stack([m, *sums])


def without_the_summand(one, other):
    return _merge(one, other, summand=0.0)


def summand_of_the_wrong_sign(one, other):
    return _merge(one, other, summand=-1.0)


def no_factor(one, other):
    return _merge(one, other, factor=False)


def minus_infinity_times_zero(one, other):
    m = torch.maximum(one[0], other[0])
    shares = [(part[0] - m).exp() for part in (one, other)]
    u = shares[0] * one[1] + shares[1] * other[1]
    pairs = zip(shares, (one, other), strict=True)
    t = sum(share * (part[2] + (part[0] - m) * part[1]) for share, part in pairs)
    return torch.stack([m, u, t])


def only_the_second_may_be_empty(one, other):
    return one.clone() if other[1] == 0 else minus_infinity_times_zero(one, other)


def one_of_both_is_not_empty(one, other):
    if one[1] == 0:
        return minus_infinity_times_zero(one, other) if other[1] == 0 else other.clone()
    return only_the_second_may_be_empty(one, other)


def second_replaces_first(one, other):
    return other.clone()


def first_maximum(one, other):
    factor = (other[0] - one[0]).exp() if other[1] > 0 else 0.0
    return torch.stack([one[0], one[1] + factor * other[1], one[2] + factor * other[2]])


def sums_added(one, other):
    return torch.stack([torch.maximum(one[0], other[0]), one[1] + other[1], one[2] + other[2]])


WRONG = {
    "either order": [second_replaces_first, first_maximum],
    "the part of no key": [
        minus_infinity_times_zero,
        only_the_second_may_be_empty,
        one_of_both_is_not_empty,
    ],
    "the softmax sum": [no_factor, sums_added],
    "the entropy": [without_the_summand, summand_of_the_wrong_sign],
}
