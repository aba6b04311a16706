"""Answers to "retrieve-then-update": one that is right, and mistakes that each break a law."""

import math

import torch


def right(queries, keys, values, segment):
    """Token by token, with no memory at all: sums over the pairs that each token may hear."""
    outputs = []
    for t, query in enumerate(queries):
        start = t - t % segment
        outputs.append(sum((query @ keys[s] * values[s] for s in range(start)), 0 * values[0]))
        own = [math.exp(query @ keys[s]) for s in range(start, t + 1)]
        for weight, value in zip(own, values[start : t + 1], strict=True):
            outputs[-1] = outputs[-1] + weight / sum(own) * value
    return torch.stack(outputs)


def _run(queries, keys, values, segment, one):
    memory = torch.zeros(keys.shape[1], values.shape[1], dtype=keys.dtype)
    outputs = []
    for first in range(0, len(keys), segment):
        parts = [t[first : first + segment] for t in (queries, keys, values)]
        output, memory = one(*parts, memory)
        outputs.append(output)
    return torch.cat(outputs)


def _attend(q, k, v, *, causal=True, scale=1.0):
    scores = scale * q @ k.mT
    if causal:
        scores = scores + torch.full_like(scores, -math.inf).triu(1)
    return scores.softmax(-1) @ v


def update_first(queries, keys, values, segment):
    def one(q, k, v, memory):
        memory = memory + k.mT @ v
        return q @ memory + _attend(q, k, v), memory

    return _run(queries, keys, values, segment, one)


def attention_unmasked(queries, keys, values, segment):
    def one(q, k, v, memory):
        return q @ memory + _attend(q, k, v, causal=False), memory + k.mT @ v

    return _run(queries, keys, values, segment, one)


def update_then_read_at_the_end(queries, keys, values, segment):
    def one(q, k, v, memory):
        attended = _attend(q, k, v)
        memory = memory + k.mT @ v
        return attended + q @ memory, memory

    return _run(queries, keys, values, segment, one)


def own_pairs_twice(queries, keys, values, segment):
    def one(q, k, v, memory):
        return q @ memory + (q @ k.mT).tril() @ v + _attend(q, k, v), memory + k.mT @ v

    return _run(queries, keys, values, segment, one)


def scaled(queries, keys, values, segment):
    def one(q, k, v, memory):
        return q @ memory + _attend(q, k, v, scale=k.shape[-1] ** -0.5), memory + k.mT @ v

    return _run(queries, keys, values, segment, one)


def only_the_segment_before(queries, keys, values, segment):
    def one(q, k, v, memory):
        return q @ memory + _attend(q, k, v), k.mT @ v

    return _run(queries, keys, values, segment, one)


def attended_is_written(queries, keys, values, segment):
    def one(q, k, v, memory):
        attended = _attend(q, k, v)
        return q @ memory + attended, memory + k.mT @ attended

    return _run(queries, keys, values, segment, one)


def last_segment_dropped_from_memory(queries, keys, values, segment):
    kept = []

    def one(q, k, v, memory):
        kept.append(k.mT @ v)
        return q @ memory + _attend(q, k, v), sum(kept[:-1], 0 * memory)

    return _run(queries, keys, values, segment, one)


WRONG = {
    "nothing of the future": [update_first, attention_unmasked, update_then_read_at_the_end],
    "no memory yet": [own_pairs_twice, scaled],
    "segment by segment": [
        only_the_segment_before,
        attended_is_written,
        last_segment_dropped_from_memory,
    ],
}
