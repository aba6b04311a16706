"""Answers to "entropy-abf-rows": one that is right, and mistakes that each break a law."""

import math

import torch


def weighed(scores, scale_of):
    """Row after row, each with its own scale of the number of keys it sees."""
    weights = torch.zeros_like(scores)
    for place in range(len(scores)):
        raised = [math.exp(scale_of(place + 1) * z) for z in scores[place, : place + 1].tolist()]
        weights[place, : place + 1] = torch.tensor(raised, dtype=scores.dtype) / sum(raised)
    return weights


def right(scores, n_train):
    return weighed(scores, lambda n: max(1.0, math.log(n) / math.log(n_train)))


def not_causal(scores, n_train):
    return scores.softmax(-1)


def hidden_too_late(scores, n_train):
    return scores.softmax(-1).tril()


def no_floor(scores, n_train):
    return weighed(scores, lambda n: math.log(n) / math.log(n_train))


def one_scale_for_all(scores, n_train):
    scale = max(1.0, math.log(len(scores)) / math.log(n_train))
    return weighed(scores, lambda n: scale)


def softmax_everywhere(scores, n_train):
    return weighed(scores, lambda n: 1.0)


def upside_down(scores, n_train):
    return weighed(scores, lambda n: min(1.0, math.log(n_train) / math.log(n)) if n > 1 else 1.0)


def one_place_off(scores, n_train):
    return weighed(scores, lambda n: max(1.0, math.log(max(n - 1, 1)) / math.log(n_train)))


def the_root(scores, n_train):
    return weighed(scores, lambda n: max(1.0, (math.log(n) / math.log(n_train)) ** 0.5))


WRONG = {
    "no future": [not_causal],
    "one whole": [hidden_too_late],
    "short rows": [no_floor, one_scale_for_all],
    "long rows": [softmax_everywhere, upside_down, one_place_off, the_root],
}
