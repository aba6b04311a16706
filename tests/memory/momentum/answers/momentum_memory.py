"""Answers to momentum-memory."""

import torch


def right(queries, keys, values, rate, momentum, forgetting):
    """Memory and velocity as one state, moved by one matrix a token."""
    d, n_values = keys.shape[-1], values.shape[-1]
    eye = torch.eye(d, dtype=keys.dtype)
    state = torch.zeros(2 * d, n_values, dtype=keys.dtype)
    reads = torch.empty_like(values)
    for t, k in enumerate(keys):
        erased = rate * k[:, None] * k
        step = torch.cat(
            [
                torch.cat([(1 - forgetting) * eye - erased, momentum * eye], 1),
                torch.cat([-erased, momentum * eye], 1),
            ]
        )
        written = rate * k[:, None] * values[t]
        state = step @ state + torch.cat([written, written])
        reads[t] = queries[t] @ state[:d]
    return reads


def _run(queries, keys, values, step):
    state = (torch.zeros(keys.shape[-1], values.shape[-1], dtype=keys.dtype),) * 2
    reads = []
    for q, k, v in zip(queries, keys, values, strict=True):
        state = step(*state, k, v)
        reads.append(q @ state[0])
    return torch.stack(reads)


def averaged_push(queries, keys, values, rate, momentum, forgetting):
    def step(memory, velocity, k, v):
        push = rate * torch.outer(k, v - k @ memory)
        velocity = momentum * velocity + (1 - momentum) * push
        return (1 - forgetting) * memory + velocity, velocity

    return _run(queries, keys, values, step)


def no_velocity(queries, keys, values, rate, momentum, forgetting):
    return right(queries, keys, values, rate, 0.0, forgetting)


def memory_for_velocity(queries, keys, values, rate, momentum, forgetting):
    def step(memory, velocity, k, v):
        velocity = momentum * velocity + rate * torch.outer(k, v - k @ velocity)
        return (1 - forgetting) * memory + velocity, velocity

    return _run(queries, keys, values, step)


def write_fades_at_once(queries, keys, values, rate, momentum, forgetting):
    def step(memory, velocity, k, v):
        velocity = momentum * velocity + rate * torch.outer(k, v - k @ memory)
        return (1 - forgetting) * (memory + velocity), velocity

    return _run(queries, keys, values, step)


def error_after_forgetting(queries, keys, values, rate, momentum, forgetting):
    def step(memory, velocity, k, v):
        memory = (1 - forgetting) * memory
        velocity = momentum * velocity + rate * torch.outer(k, v - k @ memory)
        return memory + velocity, velocity

    return _run(queries, keys, values, step)


def velocity_fades_too(queries, keys, values, rate, momentum, forgetting):
    def step(memory, velocity, k, v):
        velocity = momentum * (1 - forgetting) * velocity
        velocity = velocity + rate * torch.outer(k, v - k @ memory)
        return (1 - forgetting) * memory + velocity, velocity

    return _run(queries, keys, values, step)


def looked_ahead(queries, keys, values, rate, momentum, forgetting):
    def step(memory, velocity, k, v):
        ahead = memory + momentum * velocity
        velocity = momentum * velocity + rate * torch.outer(k, v - k @ ahead)
        return (1 - forgetting) * memory + velocity, velocity

    return _run(queries, keys, values, step)


WRONG = {
    "no momentum": [memory_for_velocity],
    "one push": [averaged_push, no_velocity],
    "one memory fades": [write_fades_at_once],
    "whole chunks": [error_after_forgetting, velocity_fades_too, looked_ahead],
}
