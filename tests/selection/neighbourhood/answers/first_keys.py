"""Answers to "first-keys": one that is right, and mistakes that each break a law."""

import torch


def right(places, window, stride):
    n, found = len(places), []
    for i in range(n):
        leader = min(i - i % stride + stride // 2, n - 1)
        keys = [j - window // 2 + leader for j in range(window)]
        while keys[0] < 0:
            keys = [j + 1 for j in keys]
        while keys[-1] > n - 1:
            keys = [j - 1 for j in keys]
        found.append(keys[0])
    return torch.tensor(found, dtype=places.dtype)


def _clipped(leader, window, n):
    return (leader - window // 2).clamp(0, n - window)


def sticks_out_left(places, window, stride):
    leader = places // stride * stride + stride // 2
    return (leader - window // 2).clamp_max(len(places) - window)


def clipped_like_a_key(places, window, stride):
    leader = places // stride * stride + stride // 2
    return (leader - window // 2).clamp(0, len(places) - 1)


def each_its_own(places, window, stride):
    return _clipped(places, window, len(places))


def groups_shifted_by_one(places, window, stride):
    return _clipped((places + 1) // stride * stride, window, len(places))


def begins_at_the_leader(places, window, stride):
    return (places // stride * stride).clamp_max(len(places) - window)


def half_rounded_up(places, window, stride):
    leader = places // stride * stride + stride // 2
    return (leader - (window + 1) // 2).clamp(0, len(places) - window)


def the_first_leads(places, window, stride):
    return _clipped(places // stride * stride, window, len(places))


def the_last_leads(places, window, stride):
    return _clipped(places // stride * stride + stride - 1, window, len(places))


WRONG = {
    "inside": [sticks_out_left, clipped_like_a_key],
    "shared": [each_its_own, groups_shifted_by_one],
    "one query a window": [begins_at_the_leader, half_rounded_up],
    "as defined": [the_first_leads, the_last_leads],
}
