"""Answers to "sigmoid-bias": one that is right, and mistakes that each break a law."""

import math

import torch


def right(scores, mask):
    n = sum(mask.tolist())
    weights = [
        1 / (1 + math.exp(math.log(n) - z)) if seen else 0.0
        for z, seen in zip(scores.tolist(), mask.tolist(), strict=True)
    ]
    return torch.tensor(weights, dtype=scores.dtype)


def masked_by_a_zero_score(scores, mask):
    return torch.sigmoid(scores * mask - math.log(int(mask.sum())))


def a_softmax(scores, mask):
    return scores.masked_fill(~mask, -math.inf).softmax(-1)


def divided_by_the_sum(scores, mask):
    weights = right(scores, mask)
    return weights / weights.sum()


def no_bias(scores, mask):
    return torch.sigmoid(scores) * mask


def masked_keys_counted(scores, mask):
    return torch.sigmoid(scores - math.log(len(scores))) * mask


def bias_upside_down(scores, mask):
    return torch.sigmoid(scores + math.log(int(mask.sum()))) * mask


def divided_by_n_outside(scores, mask):
    n = int(mask.sum())
    return 2 / (n + 1) * torch.sigmoid(scores) * mask


WRONG = {
    "masked keys": [masked_by_a_zero_score],
    "no competition": [a_softmax, divided_by_the_sum],
    "equal zeros": [no_bias, masked_keys_counted, bias_upside_down],
    "against nothing": [divided_by_n_outside],
}
