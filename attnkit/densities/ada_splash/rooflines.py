"""Bytes and operations of the kernels of entmax attention, for each query of each head.

With n keys of d features, P steps of the threshold, and a share s of tiles that hold a weight or
come near one: scores for the largest, for each step where tiles are live, and for what is read.
Bytes are those of the memory beside the chip; its cache gives keys to every block of queries anew.
"""

from functools import partial

from attnkit.gpu.roofline import Roofline, Shape

__all__ = ["ROOFLINES"]

TILE = 64 * 64
"""Pairs a flag stands for."""


def _n_bytes(shape: Shape) -> float:
    return 4 * shape.n_features * shape.item_bytes + 8 + 4 * shape.n_tokens / TILE


def _forward_flops(shape: Shape, *, live: float, n_steps: int) -> float:
    products = 1 + live * n_steps + 2 * live
    return 2 * products * shape.n_tokens * shape.n_features


def _backward_flops(shape: Shape, *, live: float) -> float:
    return 14 * live * shape.n_tokens * shape.n_features


def _rooflines(live: float, n_steps: int, told: str) -> tuple[Roofline, ...]:
    forward = partial(_forward_flops, live=live, n_steps=n_steps)
    backward = partial(_backward_flops, live=live)
    return (
        Roofline(f"entmax attention, forward, {told}", _n_bytes, forward),
        Roofline(f"entmax attention, backward, {told}", lambda s: 2 * _n_bytes(s), backward),
    )


ROOFLINES = (
    *_rooflines(1.0, 3, "all tiles live"),
    *_rooflines(0.5, 2, "half of them live"),
)
