"""Answers to attention-in-chunks."""

import torch


def right(queries, keys, values, chunk_size):
    """States at the chunks' ends first, all at once; then every chunk by itself."""
    starts = range(0, len(keys), chunk_size)
    pieces = [slice(start, start + chunk_size) for start in starts]
    written = torch.stack([torch.einsum("td,tv->dv", keys[p], values[p]) for p in pieces])
    entry = written.cumsum(0) - written
    reads = torch.zeros_like(values)
    for piece, state in zip(pieces, entry, strict=True):
        for t in range(piece.start, min(piece.stop, len(keys))):
            heard = slice(piece.start, t + 1)
            reads[t] = queries[t] @ state + (keys[heard] @ queries[t]) @ values[heard]
    return reads


def _chunked(queries, keys, values, chunk_size, *, mask, write_first=False):
    state = torch.zeros(keys.shape[-1], values.shape[-1], dtype=keys.dtype)
    reads = []
    for q, k, v in zip(*(x.split(chunk_size) for x in (queries, keys, values)), strict=True):
        after = state + k.mT @ v
        reads.append(q @ (after if write_first else state) + mask(q @ k.mT) @ v)
        state = after
    return torch.cat(reads)


def without_a_mask(queries, keys, values, chunk_size):
    return _chunked(queries, keys, values, chunk_size, mask=lambda scores: scores)


def state_written_first(queries, keys, values, chunk_size):
    return _chunked(queries, keys, values, chunk_size, mask=torch.tril, write_first=True)


def upper_triangle(queries, keys, values, chunk_size):
    return _chunked(queries, keys, values, chunk_size, mask=torch.triu)


def blind_to_its_own_chunk(queries, keys, values, chunk_size):
    return _chunked(queries, keys, values, chunk_size, mask=torch.zeros_like)


def state_never_carried(queries, keys, values, chunk_size):
    triples = zip(*(x.split(chunk_size) for x in (queries, keys, values)), strict=True)
    return torch.cat([(q @ k.mT).tril() @ v for q, k, v in triples])


def short_chunk_left_out(queries, keys, values, chunk_size):
    reads = right(queries, keys, values, chunk_size)
    reads[len(keys) // chunk_size * chunk_size :] = 0
    return reads


def blind_to_itself(queries, keys, values, chunk_size):
    return _chunked(queries, keys, values, chunk_size, mask=lambda scores: scores.tril(-1))


def averaged(queries, keys, values, chunk_size):
    reads = right(queries, keys, values, chunk_size)
    return reads / torch.arange(1, len(keys) + 1)[:, None]


WRONG = {
    "no look ahead": [without_a_mask, state_written_first, upper_triangle],
    "chunk length": [blind_to_its_own_chunk, state_never_carried, short_chunk_left_out],
    "sum over the past": [blind_to_itself, averaged],
}
