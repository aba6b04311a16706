"""What is left of every write of a chunk in a memory that a velocity moves."""

import torch
from torch import Tensor

__all__ = ["at_entry", "pushed_shares"]


def at_entry(shares: Tensor) -> Tensor:
    """The shares before the chunk: no write, all of the entry memory, no velocity yet."""
    first = torch.zeros_like(shares[..., :1, :])
    first[..., -2] = 1
    return first


def pushed_shares(momentum: Tensor, forgetting: Tensor, counts: Tensor) -> tuple[Tensor, Tensor]:
    """How much of each write and of the entry (memory, velocity) is in the memory at each token,
    (rows, chunks, time, time + 2), and in the velocity at the end, (rows, chunks, time + 2).

    By the recurrence itself, so without any division. At a token that does not count, padding too,
    both stay as they are.
    """
    size = momentum.shape[-2]
    pushes = torch.eye(size, size + 2, dtype=momentum.dtype, device=momentum.device)
    memory = at_entry(momentum.expand(*momentum.shape[:-1], size + 2))[..., 0, :]
    velocity = memory.roll(1, -1)
    kept = torch.where(counts > 0, momentum, 1.0)
    memories = []
    tokens = (t.unbind(-2) for t in (kept, 1 - forgetting, counts))
    for eta, left, count, push in zip(*tokens, pushes, strict=True):
        velocity = eta * velocity + push
        memory = left * memory + count * velocity
        memories.append(memory)
    return torch.stack(memories, -2), velocity
