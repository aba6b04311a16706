"""Answers to "read-with-halo": one that is right, and mistakes that each break a law."""

import torch
import torch.nn.functional as F


def right(queries, keys, values, block, halo):
    rows = []
    for i, query in enumerate(queries):
        first = i - i % block
        near = slice(max(first - halo, 0), min(first + block + halo, len(keys)))
        weights = (keys[near] @ query / len(query) ** 0.5).softmax(0)
        rows.append(weights @ values[near])
    return torch.stack(rows)


def _gathered(tokens, block, before, after):
    padded = F.pad(tokens, (0, 0, before, after))
    return padded.unfold(0, block + before + after, block).mT


def _read(queries, keys, values, block, before, after, fill):
    exists = _gathered(torch.ones(len(keys), 1), block, before, after)[..., 0] > 0
    q = queries.unflatten(0, (-1, block)) / queries.shape[-1] ** 0.5
    scores = fill(q @ _gathered(keys, block, before, after).mT, exists[:, None])
    return (scores.softmax(-1) @ _gathered(values, block, before, after)).flatten(0, 1)


def masked(scores, exists):
    return scores.masked_fill(~exists, -torch.inf)


def not_scaled(queries, keys, values, block, halo):
    return _read(queries * queries.shape[-1] ** 0.5, keys, values, block, halo, halo, masked)


def everything(queries, keys, values, block, halo):
    return (queries @ keys.mT / queries.shape[-1] ** 0.5).softmax(-1) @ values


def no_mask(queries, keys, values, block, halo):
    return _read(queries, keys, values, block, halo, halo, lambda scores, exists: scores)


def mask_turned_round(queries, keys, values, block, halo):
    def fill(scores, exists):
        return scores.masked_fill(exists, torch.finfo(scores.dtype).min)

    return _read(queries, keys, values, block, halo, halo, fill)


def before_only(queries, keys, values, block, halo):
    return _read(queries, keys, values, block, halo, 0, masked)


def twice_the_halo(queries, keys, values, block, halo):
    return _read(queries, keys, values, block, 2 * halo, 2 * halo, masked)


def moved_inside(queries, keys, values, block, halo):
    rows = []
    for i, query in enumerate(queries):
        first = min(max(i - i % block - halo, 0), max(len(keys) - block - 2 * halo, 0))
        near = slice(first, first + block + 2 * halo)
        rows.append((keys[near] @ query / len(query) ** 0.5).softmax(0) @ values[near])
    return torch.stack(rows)


def wrapped_round(queries, keys, values, block, halo):
    at = torch.arange(0, len(keys), block)[:, None] + torch.arange(-halo, block + halo)
    at = at % len(keys)
    q = queries.unflatten(0, (-1, block)) / queries.shape[-1] ** 0.5
    return ((q @ keys[at].mT).softmax(-1) @ values[at]).flatten(0, 1)


def _kept(n, block, halo):
    place = torch.arange(n)
    first = (place // block * block)[:, None]
    return (place >= first - halo) & (place < first + block + halo)


def all_pairs_masked(queries, keys, values, block, halo):
    scores = queries @ keys.mT / queries.shape[-1] ** 0.5
    kept = _kept(len(queries), block, halo)
    return scores.masked_fill(~kept, -torch.inf).softmax(-1) @ values


def row_by_row_of_all(queries, keys, values, block, halo):
    rows = []
    for query, kept in zip(queries, _kept(len(queries), block, halo), strict=True):
        scores = keys @ query / len(query) ** 0.5
        rows.append(scores.masked_fill(~kept, -torch.inf).softmax(-1) @ values)
    return torch.stack(rows)


WRONG = {
    "itself alone": [not_scaled, everything],
    "weights of one": [no_mask, mask_turned_round],
    "so far": [before_only, twice_the_halo],
    "linear cost": [all_pairs_masked, row_by_row_of_all],
    "no token there": [moved_inside, wrapped_round],
}
