"""Answers to "infinite-head-kernel": by quadrature over the plane of two scores, and six slips."""

import math

import torch
from scipy.integrate import quad

from attnkit.random_features import arc_cosine


def _with_one(tokens):
    return torch.cat([tokens, torch.ones_like(tokens[..., :1])], dim=-1)


def _rectified(correlation):
    """E[relu(A) relu(B)]: in polar coordinates the radius integrates to one over pi."""
    if correlation > 1 - 1e-14:
        return 0.5
    angle = math.acos(max(correlation, -1.0))

    def both(direction):
        return math.cos(direction) * math.cos(direction - angle)

    return quad(both, angle - math.pi / 2, math.pi / 2, epsabs=1e-13)[0] / math.pi


def _assembled(samples, moment, *, spread=0.5):
    query, keys, other_query, other_keys = samples
    products = keys @ other_keys.mT
    lengths = keys.norm(dim=-1)[:, None] * other_keys.norm(dim=-1)
    sizes = query.norm() * other_query.norm() * lengths
    return products, spread**2 * sizes, moment((query @ other_query) * products / sizes)


def right(*samples):
    products, sizes, moments = _assembled(
        [_with_one(tokens) for tokens in samples],
        lambda cosines: cosines.clone().apply_(_rectified),
    )
    return float((products * sizes * moments).mean())


def first_key_only(query, keys, other_query, other_keys):
    return right(query, keys[:1], other_query, other_keys[:1])


def one_mean_too_few(query, keys, other_query, other_keys):
    return right(query, keys, other_query, other_keys) * len(keys)


def no_constant(*samples):
    products, sizes, moments = _assembled(samples, arc_cosine)
    return float((products * sizes * moments).mean())


def values_forgotten(*samples):
    _, sizes, moments = _assembled([_with_one(tokens) for tokens in samples], arc_cosine)
    return float((sizes * moments).mean())


def entries_of_deviation_one(*samples):
    return 4 * right(*samples)


def two_maps(query, keys, other_query, other_keys):
    """One arc-cosine for the queries times one for the keys."""
    samples = [_with_one(tokens) for tokens in (query, keys, other_query, other_keys)]
    products, sizes, _ = _assembled(samples, arc_cosine)
    of_queries = arc_cosine(samples[0] @ samples[2] / (samples[0].norm() * samples[2].norm()))
    lengths = samples[1].norm(dim=-1)[:, None] * samples[3].norm(dim=-1)
    moments = of_queries * arc_cosine(products / lengths)
    return float((products * sizes * moments).mean())


def drawn_heads(query, keys, other_query, other_keys):
    """An estimate from ten thousand heads in place of the limit."""
    tokens = [_with_one(each) for each in (query, keys, other_query, other_keys)]
    generator = torch.Generator().manual_seed(9)
    width = len(tokens[0])
    heads = torch.randn(10_000, width, width, generator=generator, dtype=torch.float64) / 2
    first = (tokens[0] @ heads @ tokens[1].mT).relu() @ tokens[1] / len(keys)
    second = (tokens[2] @ heads @ tokens[3].mT).relu() @ tokens[3] / len(other_keys)
    return float((first * second).sum(-1).mean())


WRONG = {
    "order of the keys": [first_key_only],
    "an average": [one_mean_too_few],
    "heads agree": [no_constant, values_forgotten, entries_of_deviation_one, two_maps],
    "exact": [drawn_heads],
}
