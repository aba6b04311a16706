"""Answers to delta-memory."""

import torch


def right(queries, keys, values, rate):
    """Multiply the memory by I - b k k' and add b k v', as the products of a linear recurrence."""
    eye = torch.eye(keys.shape[-1], dtype=keys.dtype)
    state = torch.zeros(keys.shape[-1], values.shape[-1], dtype=keys.dtype)
    reads = torch.empty_like(values)
    for t, b in enumerate(rate):
        k = keys[t : t + 1]
        state = (eye - b * k.mT @ k) @ state + b * k.mT @ values[t : t + 1]
        reads[t] = queries[t] @ state
    return reads


def _run(queries, keys, values, rate, *, error, before=False):
    state = torch.zeros(keys.shape[-1], values.shape[-1], dtype=keys.dtype)
    reads = []
    for q, k, v, b in zip(queries, keys, values, rate, strict=True):
        early = q @ state
        state = state + b * torch.outer(k, error(v, k, state))
        reads.append(early if before else q @ state)
    return torch.stack(reads)


def hebb(queries, keys, values, rate):
    return _run(queries, keys, values, rate, error=lambda v, k, s: v)


def asked_before_writing(queries, keys, values, rate):
    return _run(queries, keys, values, rate, error=lambda v, k, s: v - k @ s, before=True)


def last_state_for_all(queries, keys, values, rate):
    state = torch.zeros(keys.shape[-1], values.shape[-1], dtype=keys.dtype)
    for k, v, b in zip(keys, values, rate, strict=True):
        state = state + b * torch.outer(k, v - k @ state)
    return queries @ state


def rate_forgotten(queries, keys, values, rate):
    return right(queries, keys, values, torch.ones_like(rate))


def keys_made_unit(queries, keys, values, rate):
    return right(queries, torch.nn.functional.normalize(keys, dim=-1), values, rate)


def state_fades_everywhere(queries, keys, values, rate):
    state = torch.zeros(keys.shape[-1], values.shape[-1], dtype=keys.dtype)
    reads = []
    for q, k, v, b in zip(queries, keys, values, rate, strict=True):
        state = (1 - b) * state + b * torch.outer(k, v) / (k @ k)
        reads.append(q @ state)
    return torch.stack(reads)


def sign_of_the_error(queries, keys, values, rate):
    return _run(queries, keys, values, rate, error=lambda v, k, s: k @ s - v)


WRONG = {
    "no look ahead": [last_state_for_all],
    "newest pair": [hebb, asked_before_writing, sign_of_the_error],
    "whole chunks": [rate_forgotten, keys_made_unit, state_fades_everywhere],
}
