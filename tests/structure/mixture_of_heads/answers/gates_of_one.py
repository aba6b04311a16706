"""Answers to "gates-of-one": one that is right, and mistakes that each break a law."""

import math

import torch


def right(shared, routed, n_active):
    rows = []
    for always, others in zip(shared.tolist(), routed.tolist(), strict=True):
        first = [math.exp(x) for x in always]
        best = sorted(range(len(others)), key=lambda e: others[e])[-n_active:]
        second = [math.exp(x) if e in best else 0.0 for e, x in enumerate(others)]
        scaled = [len(first) * x / sum(first) for x in first]
        rows.append(scaled + [n_active * x / sum(second) for x in second])
    return torch.tensor(rows, dtype=shared.dtype)


def _always(shared):
    return shared.shape[-1] * shared.softmax(-1)


def _best(routed, n_active):
    return torch.zeros_like(routed).scatter(-1, routed.topk(n_active, -1).indices, 1.0)


def every_head(shared, routed, n_active):
    return torch.cat([_always(shared), routed.shape[-1] * routed.softmax(-1)], -1)


def only_routed(shared, routed, n_active):
    chosen = routed.masked_fill(_best(routed, n_active) == 0, -math.inf).softmax(-1)
    return torch.cat([torch.zeros_like(shared), n_active * chosen], -1)


def shares(shared, routed, n_active):
    chosen = routed.masked_fill(_best(routed, n_active) == 0, -math.inf).softmax(-1)
    return torch.cat([shared.softmax(-1), chosen], -1)


def one_group(shared, routed, n_active):
    whole = torch.cat([shared, routed.masked_fill(_best(routed, n_active) == 0, -math.inf)], -1)
    return (shared.shape[-1] + n_active) * whole.softmax(-1)


def divided_by_all(shared, routed, n_active):
    chosen = routed.softmax(-1) * _best(routed, n_active)
    return torch.cat([_always(shared), routed.shape[-1] * chosen], -1)


def times_all(shared, routed, n_active):
    chosen = routed.masked_fill(_best(routed, n_active) == 0, -math.inf).softmax(-1)
    return torch.cat([_always(shared), routed.shape[-1] * chosen], -1)


def shared_by_their_powers(shared, routed, n_active):
    chosen = routed.masked_fill(_best(routed, n_active) == 0, -math.inf).softmax(-1)
    return torch.cat([shared.exp(), n_active * chosen], -1)


def hard(shared, routed, n_active):
    return torch.cat([torch.ones_like(shared), _best(routed, n_active)], -1)


def logistic(shared, routed, n_active):
    chosen = routed.sigmoid() * _best(routed, n_active)
    chosen = n_active * chosen / chosen.sum(-1, keepdim=True)
    return torch.cat([_always(shared), chosen], -1)


WRONG = {
    "as many as are on": [every_head, only_routed],
    "nothing chosen": [shares],
    "one in the mean": [one_group, divided_by_all, times_all, shared_by_their_powers],
    "odds": [hard, logistic],
}
