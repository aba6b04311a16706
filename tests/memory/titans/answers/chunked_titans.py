"""Answers to "chunked-titans": one that is right, and mistakes that each break a law."""

import torch


def right(queries, keys, values, rate, momentum, forgetting, chunk_size):
    """Chunk by chunk: the errors at once, then every memory as a sum over the chunk's writes."""
    memory = torch.zeros(keys.shape[1], values.shape[1], dtype=keys.dtype)
    velocity, reads = torch.zeros_like(memory), []
    for first in range(0, len(keys), chunk_size):
        k, v, q = (t[first : first + chunk_size] for t in (keys, values, queries))
        writes = rate * k[:, :, None] * (v - k @ memory)[:, None, :]
        for write, query in zip(writes, q, strict=True):
            velocity = momentum * velocity + write
            memory = memory - forgetting * memory + velocity
            reads.append(query @ memory)
    return torch.stack(reads)


def run(queries, keys, values, chunk_size, step, lag=0):
    shape = keys.shape[1], values.shape[1]
    memory, velocity, entry = (torch.zeros(shape, dtype=keys.dtype) for _ in range(3))
    reads = []
    for t, (q, k, v) in enumerate(zip(queries, keys, values, strict=True)):
        if (t + lag) % chunk_size == 0:
            entry = memory
        memory, velocity = step(memory, velocity, k, v, entry)
        reads.append(q @ memory)
    return torch.stack(reads)


def factor_two(queries, keys, values, rate, momentum, forgetting, chunk_size):
    return right(queries, keys, values, 2 * rate, momentum, forgetting, chunk_size)


def read_before_the_write(queries, keys, values, rate, momentum, forgetting, chunk_size):
    memory, reads = torch.zeros(keys.shape[1], values.shape[1], dtype=keys.dtype), []
    for q, k, v in zip(queries, keys, values, strict=True):
        reads.append(q @ memory)
        memory = memory + rate * torch.outer(k, v - k @ memory)
    return torch.stack(reads)


def hebb_whatever_the_chunk(queries, keys, values, rate, momentum, forgetting, chunk_size):
    return right(queries, keys, values, rate, momentum, forgetting, len(keys))


def rate_forgotten(queries, keys, values, rate, momentum, forgetting, chunk_size):
    return right(queries, keys, values, 1.0, momentum, forgetting, chunk_size)


def delta_whatever_the_chunk(queries, keys, values, rate, momentum, forgetting, chunk_size):
    return right(queries, keys, values, rate, momentum, forgetting, 1)


def mean_of_the_chunk(queries, keys, values, rate, momentum, forgetting, chunk_size):
    return right(queries, keys, values, rate / chunk_size, momentum, forgetting, chunk_size)


def velocity_emptied_at_chunks(queries, keys, values, rate, momentum, forgetting, chunk_size):
    def step(memory, velocity, k, v, entry):
        kept = 0 * velocity if memory is entry else momentum * velocity
        velocity = kept + rate * torch.outer(k, v - k @ entry)
        return (1 - forgetting) * memory + velocity, velocity

    return run(queries, keys, values, chunk_size, step)


def faded_entry(queries, keys, values, rate, momentum, forgetting, chunk_size):
    def step(memory, velocity, k, v, entry):
        velocity = momentum * velocity + rate * torch.outer(k, v - (1 - forgetting) * k @ entry)
        return (1 - forgetting) * memory + velocity, velocity

    return run(queries, keys, values, chunk_size, step)


def write_fades_at_once(queries, keys, values, rate, momentum, forgetting, chunk_size):
    def step(memory, velocity, k, v, entry):
        velocity = momentum * velocity + rate * torch.outer(k, v - k @ entry)
        return (1 - forgetting) * (memory + velocity), velocity

    return run(queries, keys, values, chunk_size, step)


WRONG = {
    "last pair": [factor_two, read_before_the_write, hebb_whatever_the_chunk],
    "chunks of one": [rate_forgotten],
    "one chunk": [delta_whatever_the_chunk, mean_of_the_chunk],
    "in between": [velocity_emptied_at_chunks, faded_entry, write_fades_at_once],
}
