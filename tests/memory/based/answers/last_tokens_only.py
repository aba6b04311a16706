"""Answers to last-tokens-only."""

import torch


def right(queries, keys, values, window):
    """Token after token, with lists."""
    buffer, reads = [], []
    for q, k, v in zip(queries, keys, values, strict=True):
        buffer = [*buffer, (k, v)][-window:]
        weights = torch.stack([(q * key).sum() / len(q) ** 0.5 for key, _ in buffer]).exp()
        total = sum(w * value for w, (_, value) in zip(weights, buffer, strict=True))
        reads.append(total / weights.sum())
    return torch.stack(reads)


def _banded(queries, keys, values, first, last, root=0.5):
    scores = queries @ keys.mT / keys.shape[-1] ** root
    seen = torch.ones_like(scores).tril(last).triu(first) > 0
    return scores.masked_fill(~seen, -1e9).softmax(-1) @ values


def one_too_many(queries, keys, values, window):
    return _banded(queries, keys, values, -window, 0)


def without_itself(queries, keys, values, window):
    return _banded(queries, keys, values, -window, -1)


def both_ways(queries, keys, values, window):
    return _banded(queries, keys, values, 1 - window, window - 1)


def without_the_root(queries, keys, values, window):
    return _banded(queries, keys, values, 1 - window, 0, root=0)


def over_the_width(queries, keys, values, window):
    return _banded(queries, keys, values, 1 - window, 0, root=1)


def never_forgets(queries, keys, values, window):
    if window == 1:
        return values.clone()
    return _banded(queries, keys, values, -len(keys), 0)


def blocks(queries, keys, values, window):
    """Starts anew at every multiple of the window."""
    parts = [
        right(queries[i : i + window], keys[i : i + window], values[i : i + window], window)
        for i in range(0, len(keys), window)
    ]
    return torch.cat(parts)


def one_short(queries, keys, values, window):
    n = len(keys)
    return right(queries, keys, values, window if window in (1, n) else window - 1)


WRONG = {
    "a window of one": [one_too_many, without_itself],
    "a window of all": [both_ways, without_the_root, over_the_width],
    "gone for good": [never_forgets],
    "the buffer": [blocks, one_short],
}
