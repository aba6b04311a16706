"""Answers to "affine-row": one that is right, and mistakes that each break a law."""

import math

import torch


def right(scores, mask, scale, mean_scale):
    seen = [z for z, m in zip(scores.tolist(), mask.tolist(), strict=True) if m]
    total = sum(math.exp(z) for z in seen)
    weights = [
        scale * (math.exp(z) / total - 1 / len(seen)) + mean_scale / len(seen) if m else 0.0
        for z, m in zip(scores.tolist(), mask.tolist(), strict=True)
    ]
    return torch.tensor(weights, dtype=scores.dtype)


def shares(scores, mask):
    return scores.masked_fill(~mask, -torch.inf).softmax(-1)


def everyone_is_paid(scores, mask, scale, mean_scale):
    return scale * shares(scores, mask) + (mean_scale - scale) / int(mask.sum())


def scaled_alone(scores, mask, scale, mean_scale):
    return scale * shares(scores, mask)


def masked_keys_counted(scores, mask, scale, mean_scale):
    return (scale * shares(scores, mask) + (mean_scale - scale) / len(scores)) * mask


def never_below_zero(scores, mask, scale, mean_scale):
    return right(scores, mask, scale, mean_scale).clamp_min(0)


def scaled_by_the_mean(scores, mask, scale, mean_scale):
    return mean_scale * shares(scores, mask)


def equal_shares(scores, mask, scale, mean_scale):
    return mean_scale * mask.to(scores.dtype) / mask.sum()


def a_temperature(scores, mask, scale, mean_scale):
    return mean_scale * shares(scale * scores, mask)


WRONG = {
    "masked keys": [everyone_is_paid],
    "the sum": [scaled_alone, masked_keys_counted, never_below_zero],
    "no scale": [scaled_by_the_mean],
    "both one": [equal_shares],
    "stretched": [a_temperature],
}
