r"""Beside memory and velocity a third state is kept, the memory at the chunk's start, and every
error of the chunk is taken against it. In chunks of one that is the memory of the token before: the
delta rule. In one chunk it is the empty memory, so that the error is the value itself: Hebb.

A factor of two on the rate is the gradient of a squared error without its half, and the first law
sees it: at rate 2 a unit key is overshot by as much as it was off. A longer chunk hurts its own
newest pairs most, for their errors know nothing of the pairs just before them; with keys that are
alike, C of them move the memory C times too far, and beyond b C = 2 errors grow.
"""

import torch


def chunked_titans(queries, keys, values, rate, momentum, forgetting, chunk_size):
    memory = values.new_zeros(keys.shape[-1], values.shape[-1])
    velocity, entry, reads = torch.zeros_like(memory), memory, []
    for t, (query, key, value) in enumerate(zip(queries, keys, values, strict=True)):
        if t % chunk_size == 0:
            entry = memory
        velocity = momentum * velocity + rate * torch.outer(key, value - key @ entry)
        memory = (1 - forgetting) * memory + velocity
        reads.append(query @ memory)
    return torch.stack(reads)
