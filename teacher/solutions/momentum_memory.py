r"""The error asks the memory of the token before, unforgotten; it pushes the velocity; the velocity
moves the memory. With $\eta=\frac12$ a single push of size one moves the memory by $1$, then
$\frac12$, then $\frac14$: a pair is written over several tokens and overshoots to $1/(1-\eta)$ if
nobody corrects it. That is why a pair is not read best when it is newest: its push is still under
way. At the right rate, $b(1-\eta)^{-1}\approx1$, the peak comes a few tokens late.

Three wrong readings are common: an average in place of a sum (a factor $1-\eta$ on the push),
forgetting that strikes the new write as well, and an error against the memory that has already
forgotten, which is the gated delta rule's habit and not this one's.
"""

import torch


def momentum_memory(queries, keys, values, rate, momentum, forgetting):
    """Error, velocity, memory, read."""
    memory = values.new_zeros(keys.shape[-1], values.shape[-1])
    velocity = torch.zeros_like(memory)
    reads = []
    for query, key, value in zip(queries, keys, values, strict=True):
        push = torch.outer(key, value - key @ memory)
        velocity = momentum * velocity + rate * push
        memory = (1 - forgetting) * memory + velocity
        reads.append(query @ memory)
    return torch.stack(reads)
