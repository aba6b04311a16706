"""Answers to "price-of-a-key": one that is right, and mistakes that each break a law."""

import torch


def right(weight, value, context):
    rest = context - weight * value
    return torch.stack([(context - rest).norm(), (rest / (1 - weight) - context).norm()])


def distances_exchanged(weight, value, context):
    return right(weight, value, context).flip(0)


def the_weight_alone(weight, value, context):
    return torch.stack([weight, weight / (1 - weight)])


def amplified_without_subtracting(weight, value, context):
    lost = weight * value.norm()
    return torch.stack([lost, lost / (1 - weight)])


def from_value_to_context(weight, value, context):
    apart = (context - value).norm()
    return torch.stack([weight * apart, weight / (1 - weight) * apart])


def squared(weight, value, context):
    return right(weight, value, context).square()


def not_amplified(weight, value, context):
    return torch.stack([weight * value.norm(), weight * (context - value).norm()])


WRONG = {
    "an empty value": [distances_exchanged, the_weight_alone, from_value_to_context],
    "equal values": [amplified_without_subtracting],
    "dropped": [squared],
    "dropped and renormalised": [not_amplified],
}
