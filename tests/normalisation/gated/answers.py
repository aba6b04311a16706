"""Answers to "silent-score": one that is right, and mistakes that each break a law."""

import math

import torch


def right(scores, gate):
    found = []
    for row, g in zip(scores.tolist(), gate.tolist(), strict=True):
        share = 1 - 1 / (1 + math.exp(-g))  # of the silent key
        others = sum(math.exp(z) for z in row)
        found.append(math.log(others * share / (1 - share)))
    return torch.tensor(found, dtype=scores.dtype)


def the_gate_alone(scores, gate):
    return -gate + 0 * scores.sum(-1)


def of_exponentials(scores, gate):
    return scores.exp().sum(-1) - gate


def gate_upside_down(scores, gate):
    return scores.logsumexp(-1) + gate


def deaf_to_the_gate(scores, gate):
    return scores.logsumexp(-1)


def share_instead_of_odds(scores, gate):
    return scores.logsumexp(-1) + (1 - torch.sigmoid(gate)).log() - 0.5 * gate


def the_best_key_alone(scores, gate):
    return scores.max(-1).values - gate


def the_mean_score(scores, gate):
    return scores.mean(-1) + math.log(scores.shape[-1]) - gate


WRONG = {
    "a constant": [the_gate_alone, of_exponentials],
    "an open gate": [gate_upside_down, deaf_to_the_gate],
    "one key": [share_instead_of_odds],
    "the same weights": [the_best_key_alone, the_mean_score],
}
