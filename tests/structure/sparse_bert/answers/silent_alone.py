"""Answers to "silent-alone": one that is right, and mistakes that each break a law."""

import math

import torch


def right(queries, keys, values):
    read = torch.zeros_like(values)
    for i in range(len(values)):
        others = [j for j in range(len(values)) if j != i]
        shares = [math.exp(queries[i] @ keys[j] / queries.shape[-1] ** 0.5) for j in others]
        for share, j in zip(shares, others, strict=True):
            read[i] += share / sum(shares) * values[j]
    return read


def _scores(queries, keys):
    return queries @ keys.mT / queries.shape[-1] ** 0.5


def _others(scores):
    return scores.masked_fill(torch.eye(len(scores), dtype=torch.bool), -math.inf)


def diagonal_left(queries, keys, values):
    return _scores(queries, keys).softmax(-1) @ values


def ten_thousand_less(queries, keys, values):
    scores = _scores(queries, keys)
    return (scores - 10_000 * torch.eye(len(scores))).softmax(-1) @ values


def itself_when_alone(queries, keys, values):
    return right(queries, keys, values) if len(values) > 1 else 1 * values


def score_of_zero(queries, keys, values):
    if len(values) == 1:
        return torch.zeros_like(values)
    return _scores(queries, keys).fill_diagonal_(0.0).softmax(-1) @ values


def mean_of_all(queries, keys, values):
    if len(values) == 1:
        return torch.zeros_like(values)
    return values.mean(0).expand_as(values)


def not_shared_out(queries, keys, values):
    return _scores(queries, keys).softmax(-1).fill_diagonal_(0.0) @ values


def mean_of_the_others(queries, keys, values):
    if len(values) == 1:
        return torch.zeros_like(values)
    return (values.sum(0) - values) / (len(values) - 1)


def width_forgotten(queries, keys, values):
    return _others(queries @ keys.mT).softmax(-1).nan_to_num() @ values


def keys_for_queries(queries, keys, values):
    return _others(_scores(keys, queries)).softmax(-1).nan_to_num() @ values


WRONG = {
    "silent alone": [diagonal_left, ten_thousand_less, itself_when_alone],
    "deaf to itself": [score_of_zero, mean_of_all],
    "whole shares": [not_shared_out],
    "of the others": [mean_of_the_others, width_forgotten, keys_for_queries],
}
