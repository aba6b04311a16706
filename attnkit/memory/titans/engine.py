"""The chunk engine of a deep memory: rank-one writes, and reads that are attention over them.

In each layer a token i of a chunk writes u_i = −b_i (error that came back) at x_i = what came in,
both at the entry weights. What is left of that write in the memory at token t is a number G_ti, and
of the memory and velocity before the chunk two more, so that a read of x in this layer is

    x M_t = β_t x M + f_t x S + Σ_i G_ti (x · x_i) u_i.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from attnkit.memory.shared.precision import product
from attnkit.memory.shared.pushes import pushed_shares
from attnkit.memory.titans.network import errors_by_layer

__all__ = ["Chunks", "scan"]

Parts = list[list[Tensor]]
"""Memory, velocity and entry, of each layer (rows, in, out)."""


class Chunks(NamedTuple):
    """Tokens and what the gates make of them; all of them (rows, chunks, ...), or one chunk."""

    queries: Tensor
    keys: Tensor
    values: Tensor
    rate: Tensor
    shares: Tensor
    left: Tensor
    full: Tensor

    @classmethod
    def of(cls, queries, keys, values, rate, momentum, forgetting, counts, full) -> "Chunks":
        """Chunks of tokens and gates (rows, chunks, time, ·)."""
        shares, left = pushed_shares(momentum, forgetting, counts.to(rate.dtype))
        return cls(queries, keys, values, rate, shares, left, full[..., None, None])

    def each(self) -> Iterator["Chunks"]:
        """Chunk after chunk."""
        return (Chunks(*chunk) for chunk in zip(*(t.unbind(1) for t in self), strict=True))


def scan(chunks: Chunks, parts: Parts) -> tuple[Tensor, Parts]:
    """What is read of all chunks, and memory, velocity and entry at the end."""
    outputs = []
    for chunk in chunks.each():
        output, parts = _chunk(chunk, *parts)
        outputs.append(output)
    return torch.stack(outputs, 1), parts


def _chunk(c: Chunks, memory, velocity, entry) -> tuple[Tensor, Parts]:
    """One chunk: all layers' errors at the entry, then read and weights layer by layer."""
    inputs, errors = errors_by_layer(c.keys, lambda read: read - c.values, entry)
    read, moved = c.queries, []
    for i, (x, m, s, e) in enumerate(zip(inputs, memory, velocity, entry, strict=True)):
        writes = -c.rate * errors[i]
        read = _read(c.shares, F.gelu(read) if i else read, x, (writes, m, s))
        exits = [_left(share, x, (writes, m, s)) for share in (c.shares[..., -1, :], c.left)]
        moved.append([*exits, torch.where(c.full, exits[0], e)])
    return read, [list(part) for part in zip(*moved, strict=True)]


def _read(shares: Tensor, asked: Tensor, inputs: Tensor, parts: tuple[Tensor, ...]) -> Tensor:
    """A layer's read at every token, of the chunk's writes, memory and velocity."""
    of_writes, of_memory, of_velocity = shares.split([inputs.shape[-2], 1, 1], -1)
    writes, memory, velocity = parts
    read = product(of_writes * product(asked, inputs.mT), writes)
    return read + product(of_memory * asked, memory) + product(of_velocity * asked, velocity)


def _left(share: Tensor, inputs: Tensor, parts: tuple[Tensor, ...]) -> Tensor:
    """What is left at the end of a chunk of its writes, and of memory and velocity before it."""
    of_writes, of_memory, of_velocity = share[..., None].split([inputs.shape[-2], 1, 1], -2)
    writes, memory, velocity = parts
    return product((of_writes * inputs).mT, writes) + of_memory * memory + of_velocity * velocity
