"""Answers to fixed-powers."""

import torch


def right(queries, keys, values, keep, block):
    """By a loop over blocks with powers made by a loop over ages."""
    state, reads = keys.new_zeros(keys.shape[1], values.shape[1]), []
    for at in range(0, len(keys), block):
        q, k, v = (t[at : at + block] for t in (queries, keys, values))
        n = len(k)
        power = [keep**age for age in range(n + 1)]
        within = torch.tensor(
            [[power[i - j] if j <= i else 0.0 for j in range(n)] for i in range(n)],
            dtype=keys.dtype,
        )
        entry = torch.tensor(power[1:], dtype=keys.dtype)[:, None]
        left = torch.tensor(power[:n][::-1], dtype=keys.dtype)[:, None]
        reads.append(entry * (q @ state) + ((q @ k.mT) * within) @ v)
        state = power[n] * state + (left * k).mT @ v
    return torch.cat(reads)


def _blocks(queries, keys, values, keep, block, entry=1, left=1, carried=0, own=0):
    """Exponents that may be off by one."""
    state, reads = keys.new_zeros(keys.shape[1], values.shape[1]), []
    for at in range(0, len(keys), block):
        q, k, v = (t[at : at + block] for t in (queries, keys, values))
        place = torch.arange(len(k), dtype=keys.dtype)
        age = place[:, None] - place
        within = (keep ** (age.clamp_min(0) + own)) * (age >= 0)
        reads.append(keep ** (place + entry)[:, None] * (q @ state) + ((q @ k.mT) * within) @ v)
        to_exit = keep ** (len(k) - place - left)[:, None]
        state = keep ** (len(k) - carried) * state + (to_exit * k).mT @ v
    return torch.cat(reads)


def own_pair_fades(queries, keys, values, keep, block):
    return _blocks(queries, keys, values, keep, block, own=1)


def without_itself(queries, keys, values, keep, block):
    return (queries @ keys.mT).tril(-1) @ values


def state_one_too_young(queries, keys, values, keep, block):
    return _blocks(queries, keys, values, keep, block, entry=0)


def writes_one_too_old(queries, keys, values, keep, block):
    return _blocks(queries, keys, values, keep, block, left=0)


def carried_one_too_few(queries, keys, values, keep, block):
    return _blocks(queries, keys, values, keep, block, carried=1)


def starts_anew(queries, keys, values, keep, block):
    """No state between blocks."""
    parts = [
        _blocks(*(t[at : at + block] for t in (queries, keys, values)), keep, block)
        for at in range(0, len(keys), block)
    ]
    return torch.cat(parts)


def quotients(queries, keys, values, keep, block):
    """λ^i over λ^j, block by block."""
    state, reads = keys.new_zeros(keys.shape[1], values.shape[1]), []
    for at in range(0, len(keys), block):
        q, k, v = (t[at : at + block] for t in (queries, keys, values))
        power = keep ** torch.arange(1, len(k) + 1, dtype=keys.dtype)[:, None]
        reads.append((q * power) @ state + ((q * power) @ (k / power).mT).tril() @ v)
        state = keep ** len(k) * (state + (k / power).mT @ v)
    return torch.cat(reads)


def normalised(queries, keys, values, keep, block):
    scores = (queries @ keys.mT).tril()
    return scores @ values / torch.arange(1, len(keys) + 1, dtype=keys.dtype)[:, None]


def both_ways(queries, keys, values, keep, block):
    return queries @ keys.mT @ values


def never_fades(queries, keys, values, keep, block):
    return (queries @ keys.mT).tril() @ values


def fades_twice(queries, keys, values, keep, block):
    return right(queries, keys, values, keep**2, block)


def one_matrix_for_all(queries, keys, values, keep, block):
    """Right, and the block plays no part."""
    return right(queries, keys, values, keep, len(keys))


def every_block_looks_back_at_all(queries, keys, values, keep, block):
    """In blocks of queries alone, which keep every key."""
    place, reads = torch.arange(len(keys), dtype=keys.dtype), []
    for at in range(0, len(keys), block):
        age = place[at : at + block, None] - place[: at + block]
        powers = keep ** age.clamp_min(0) * (age >= 0)
        scores = queries[at : at + block] @ keys[: at + block].mT
        reads.append((scores * powers) @ values[: at + block])
    return torch.cat(reads)


WRONG = {
    "one token": [own_pair_fades, without_itself],
    "no decay": [starts_anew, normalised, both_ways],
    "block length": [state_one_too_young, writes_one_too_old, carried_one_too_few],
    "strong decay": [quotients],
    "one factor a token": [never_fades, fades_twice],
    "no larger matrix": [one_matrix_for_all, every_block_looks_back_at_all],
}
