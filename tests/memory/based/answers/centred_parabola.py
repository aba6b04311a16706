"""Answers to centred-parabola."""

import math

import torch


def right(queries, keys):
    """Key by key, by the factors of the moved parabola."""
    weights = torch.empty(len(queries), len(keys), dtype=keys.dtype)
    for i, q in enumerate(queries):
        scores = [float(q @ k) / math.sqrt(len(q)) for k in keys]
        delta = sum(scores) / len(scores)
        kernel = [(1 - delta + delta**2 / 2) + (1 - delta) * s + s * s / 2 for s in scores]
        weights[i] = torch.tensor(kernel, dtype=keys.dtype) / sum(kernel)
    return weights


def _scores(queries, keys):
    return queries @ keys.mT / keys.shape[-1] ** 0.5


def _weights(scores, half=0.5):
    kernel = 1 + scores + half * scores**2
    return kernel / kernel.sum(-1, keepdim=True)


def not_divided(queries, keys):
    scores = _scores(queries, keys - keys.mean(0))
    return 1 + scores + scores**2 / 2


def raw(queries, keys):
    return _weights(_scores(queries, keys))


def softmax(queries, keys):
    return _scores(queries, keys).softmax(-1)


def without_the_half(queries, keys):
    return _weights(_scores(queries, keys - keys.mean(0)), half=1.0)


def without_the_root(queries, keys):
    return _weights(_scores(queries, keys - keys.mean(0)) * keys.shape[-1] ** 0.5)


def less_the_largest(queries, keys):
    scores = _scores(queries, keys)
    return _weights(scores - scores.amax(-1, keepdim=True))


def one_mean_for_all_rows(queries, keys):
    scores = _scores(queries, keys)
    return _weights(scores - scores.mean())


def queries_centred(queries, keys):
    return _weights(_scores(queries - queries.mean(0), keys))


WRONG = {
    "sum of one": [not_divided],
    "about zero": [softmax, without_the_half, without_the_root, less_the_largest, queries_centred],
    "moved keys": [raw, one_mean_for_all_rows],
}
