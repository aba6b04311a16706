"""Answers to "loss-by-deletion": one that is right, and mistakes that each break a law."""

import torch


def right(weights, values):
    n = len(weights)
    kept = 1 - torch.eye(n, dtype=weights.dtype)
    rows = weights * kept
    return weights @ values - (rows / rows.sum(-1, keepdim=True)) @ values


def part_of_the_sum(weights, values):
    return weights * values


def distance_from_the_mean(weights, values):
    return weights * (values - values.mean())


def others_not_raised(weights, values):
    c = weights @ values
    return c - (c - weights * values)


def weight_of_the_value(weights, values):
    return weights * values / (1 - weights)


def value_alone(weights, values):
    return values - weights @ values


def shared_equally(weights, values):
    others = (values.sum() - values) / (len(values) - 1)
    return (weights + 0.01) * (values - others)


def gradient(weights, values):
    return weights * (values - weights @ values)


def odds_the_wrong_way(weights, values):
    return weights * (values - weights @ values) * (1 - weights)


def signs_turned(weights, values):
    return -weights * (values - weights @ values) / (1 - weights)


WRONG = {
    "equal values": [part_of_the_sum, others_not_raised, weight_of_the_value],
    "no weight, no loss": [value_alone, shared_equally],
    "read again": [gradient, odds_the_wrong_way, signs_turned, distance_from_the_mean],
}
