"""Answers to "norm-term": one that is right, and mistakes that each break a law."""

import torch


def right(keys, bandwidth):
    """From the distance to one point, twice: no length is written down."""
    zero = torch.zeros_like(keys)
    return torch.stack(
        [-torch.dist(k, z).square() / (2 * bandwidth) for k, z in zip(keys, zero, strict=True)]
    )


def one_feature_only(keys, bandwidth):
    return -keys[:, 0].square() / (2 * bandwidth)


def sum_of_features(keys, bandwidth):
    return -keys.sum(-1) / (2 * bandwidth)


def nothing(keys, bandwidth):
    return torch.zeros(len(keys), dtype=keys.dtype)


def of_the_wrong_sign(keys, bandwidth):
    return keys.square().sum(-1) / (2 * bandwidth)


def without_the_half(keys, bandwidth):
    return -keys.square().sum(-1) / bandwidth


def bandwidth_forgotten(keys, bandwidth):
    return -keys.square().sum(-1) / 2


def length_not_squared(keys, bandwidth):
    return -4 * keys.norm(dim=-1) / (2 * bandwidth)


def mean_over_features(keys, bandwidth):
    return -2 * keys.square().mean(-1) / (2 * bandwidth)


WRONG = {
    "on a sphere": [one_feature_only, sum_of_features],
    "far keys": [nothing, of_the_wrong_sign],
    "moved together": [without_the_half, bandwidth_forgotten],
}
