"""Windows key by key, with loops and no tensors: another way to say which keys are near."""

import itertools
import math

import torch


def near(query, key, length, window, stride, dilation, causal):
    """Whether a key of one axis lies in the window of a query."""
    if query % dilation != key % dilation:
        return False
    length = len(range(query % dilation, length, dilation))
    query, key = query // dilation, key // dilation
    first_of_group = query - query % stride
    if causal:
        leader = min(first_of_group + stride - 1, length - 1)
        return leader - window < key <= query
    leader = min(first_of_group + stride // 2, length - 1)
    left, right = leader - window // 2, leader + (window - 1) // 2
    while left < 0:
        left, right = left + 1, right + 1
    while right > length - 1:
        left, right = left - 1, right - 1
    return left <= key <= right


def in_halo(query, key, length, block, halo):
    """Whether a key of one axis lies in a query's block or around it."""
    first = query - query % block
    return any(abs(key - token) <= halo for token in range(first, first + block))


def mask_of(rule, shape, *sizes):
    """(query, key) of a rule on every axis."""
    n = math.prod(shape)
    whole = torch.zeros(n, n, dtype=torch.bool)
    places = [*itertools.product(*map(range, shape))]
    for (i, query), (j, key) in itertools.product(enumerate(places), repeat=2):
        axes = zip(query, key, shape, *sizes, strict=True)
        whole[i, j] = all(rule(*axis) for axis in axes)
    return whole
