"""Answers to "mean-over-clusters": one that is right, and mistakes that each break a law."""

import math

import torch


def right(scores, of_query, of_key):
    weights = torch.zeros_like(scores)
    for i in range(scores.shape[0]):
        own = [r for r in range(len(of_query)) if of_query[r, i]]
        for r in own:
            there = of_key[r].nonzero().flatten().tolist()
            total = sum(math.exp(scores[i, j]) for j in there)
            for j in there:
                weights[i, j] += math.exp(scores[i, j]) / total / len(own)
    return weights


def softmax_of_all(scores, of_query, of_key):
    return scores.softmax(-1)


def mean_of_none_is_uniform(scores, of_query, of_key):
    weights = right(scores, of_query, of_key)
    return torch.where(of_query.any(0)[:, None], weights, torch.full_like(weights, 1 / 7))


def smallest_score_in_place_of_infinity(scores, of_query, of_key):
    pairs = (of_query[:, :, None] & of_key[:, None, :]).any(0)
    return scores.masked_fill(~pairs, -1e9).softmax(-1)


def sum_of_clusters(scores, of_query, of_key):
    return right(scores, of_query, of_key) * of_query.sum(0)[:, None]


def divided_by_all_clusters(scores, of_query, of_key):
    return sum_of_clusters(scores, of_query, of_key) / (len(of_query) + 1)


def keys_of_any_cluster(scores, of_query, of_key):
    there = of_key.any(0)
    weights = scores.masked_fill(~there, -torch.inf).softmax(-1)
    weights = 0.9 * weights + 0.1 * scores.softmax(-1)
    return weights * of_query.any(0)[:, None]


def softmax_of_the_union(scores, of_query, of_key):
    pairs = (of_query[:, :, None] & of_key[:, None, :]).any(0)
    raised = scores.exp() * pairs
    return raised / raised.sum(-1, keepdim=True).clamp_min(1e-300)


def _of_each(scores, of_query, of_key, weigh):
    total = torch.zeros_like(scores)
    for mine, theirs in zip(of_query, of_key, strict=True):
        if theirs.any():
            total += mine[:, None] * weigh(scores.masked_fill(~theirs, -torch.inf))
    return total / of_query.sum(0)[:, None].clamp_min(1)


def _uniform(row):
    there = (row > -torch.inf).to(row.dtype)
    return there / there.sum(-1, keepdim=True)


def without_looking(scores, of_query, of_key):
    return _of_each(scores, of_query, of_key, _uniform)


def scaled_once_more(scores, of_query, of_key):
    return _of_each(scores, of_query, of_key, lambda row: (row / 7**0.5).softmax(-1))


def softmax_of_no_key(scores, of_query, of_key):
    pairs = of_query[:, :, None] & of_key[:, None, :]
    each = scores.masked_fill(~of_key[:, None, :], -torch.inf).softmax(-1)
    return each.where(pairs | ~of_key.any(-1)[:, None, None], 0.0).sum(0) / of_query.sum(0)[
        :, None
    ].clamp_min(1)


def among_clusters_with_keys(scores, of_query, of_key):
    there = of_key.any(-1)
    return right(scores, of_query[there], of_key[there])


WRONG = {
    "nobody took it": [
        softmax_of_all,
        mean_of_none_is_uniform,
        smallest_score_in_place_of_infinity,
    ],
    "sum of one": [sum_of_clusters, divided_by_all_clusters],
    "in common only": [keys_of_any_cluster],
    "each cluster alike": [softmax_of_the_union],
    "no key there": [softmax_of_no_key, among_clusters_with_keys],
    "by the scores": [without_looking, scaled_once_more],
}
