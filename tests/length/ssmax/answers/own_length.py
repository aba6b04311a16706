"""Answers to "own-length": one that is right, and mistakes that each break a law."""

import math

import torch


def right(scores, scale):
    weights = torch.zeros_like(scores)
    for i in range(len(scores)):
        powers = torch.tensor([(i + 1) ** (scale * z) for z in scores[i, : i + 1].tolist()])
        weights[i, : i + 1] = (powers / powers.sum()).to(scores.dtype)
    return weights


def _causal(logits):
    ahead = torch.ones_like(logits, dtype=torch.bool).triu(1)
    return logits.masked_fill(ahead, -math.inf).softmax(-1)


def _lengths(scores):
    return torch.arange(1, len(scores) + 1, dtype=scores.dtype)[:, None]


def no_mask(scores, scale):
    return (scale * _lengths(scores).log() * scores).softmax(-1)


def masked_by_zero_scores(scores, scale):
    return (scale * _lengths(scores).log() * scores.tril()).softmax(-1)


def masked_after_the_softmax(scores, scale):
    return no_mask(scores, scale).tril()


def one_length_for_all(scores, scale):
    return _causal(scale * math.log(max(len(scores), 2)) * scores)


def no_scale(scores, scale):
    return _causal(scale * scores)


def log_n_added(scores, scale):
    return _causal(scores + scale * _lengths(scores).log())


def length_off_by_one(scores, scale):
    return _causal(scale * (_lengths(scores) + 1).log() * scores)


def root_of_log_n(scores, scale):
    return _causal((scale * _lengths(scores).log()).sqrt() * scores)


WRONG = {
    "nothing ahead": [no_mask, masked_by_zero_scores],
    "sum of one": [masked_after_the_softmax],
    "where it is softmax": [one_length_for_all, no_scale, length_off_by_one],
    "odds": [log_n_added, root_of_log_n],
}
