"""Answers to "fewest-keys": one that is right, and mistakes that each break a law."""

import functools

import torch


def _kept(weights, share):
    kept = torch.zeros(len(weights), dtype=torch.bool)
    left = dict(enumerate(weights.tolist()))
    total = 0.0
    while total < share and left:
        best = max(left, key=left.get)
        total += left.pop(best)
        kept[best] = True
    return kept


def right(weights, share):
    return _kept(weights, share).to(weights.dtype)


def _sorted(weights):
    order = weights.argsort(descending=True)
    return order, weights[order]


def _back(order, flags):
    return torch.zeros(len(order), dtype=torch.bool).scatter(0, order, flags)


def weights_not_flags(weights, share):
    return torch.where(_kept(weights, share), weights, 0.0)


def ranks_not_flags(weights, share):
    return weights.argsort(descending=True).argsort().to(weights.dtype) + 1


def stops_short(weights, share):
    order, rows = _sorted(weights)
    return _back(order, rows.cumsum(0) <= share)


def one_more(weights, share):
    kept = _kept(weights, share)
    if not kept.all():
        kept[weights.masked_fill(kept, -1.0).argmax()] = True
    return kept


def half_of_the_row(weights, share):
    order, _ = _sorted(weights)
    flags = torch.arange(len(weights)) < max(round(share * len(weights)), 1)
    return _back(order, flags)


def the_largest_alone(weights, share):
    return weights == weights.max()


def above_what_may_be_lost(weights, share):
    found = weights > (1 - share)
    found[weights.argmax()] = True
    return found


def an_extra_if_many(weights, share):
    kept = _kept(weights, share)
    return kept if kept.sum() < 2 else one_more(weights, share)


def _pruned(weights, share, kept):
    """Without those that are not needed, the first to go first."""
    for place in range(len(weights)):
        if kept[place] and weights[kept].sum() - weights[place] >= share:
            kept[place] = False
    return kept


def in_the_order_of_the_row(weights, share):
    if weights.max() >= share:
        return weights == weights.max()
    return _pruned(weights, share, weights.cumsum(0) - weights < share)


def smallest_first(weights, share):
    if weights.max() >= share:
        return weights == weights.max()
    order = weights.argsort()
    rows = weights[order]
    kept = _back(order, rows.cumsum(0) - rows < share)
    # Those at the start that are not needed go again.
    for place in order.tolist():
        if kept[place] and weights[kept].sum() - weights[place] >= share:
            kept[place] = False
    return kept


def _as_numbers(wrong):
    """Flags as the ones and zeros that the task asks for."""

    @functools.wraps(wrong)
    def numbers(weights, share):
        return wrong(weights, share).to(weights.dtype)

    return numbers


WRONG = {
    "ones and zeros": [weights_not_flags, ranks_not_flags],
    "one spike": [_as_numbers(stops_short), _as_numbers(one_more), _as_numbers(half_of_the_row)],
    "covers": [_as_numbers(the_largest_alone), _as_numbers(above_what_may_be_lost)],
    "no fewer do": [_as_numbers(an_extra_if_many)],
    "any order": [_as_numbers(in_the_order_of_the_row)],
    "the largest": [_as_numbers(smallest_first)],
}
