"""Bytes and operations of the kernels of linear attention, for each token of each head.

With d features of keys and values, chunks of C tokens and the state on chip, a pass reads three
sequences and writes one: 4d numbers. The state's update and its read-out are 2d² operations each,
scores 2Cd for each block of values, and what they read 2Cd. The gradients of queries, keys and
values are three such passes.
"""

from math import ceil

from attnkit.gpu.roofline import H200, Limits, Roofline, Shape

__all__ = ["ROOFLINES"]

SPLIT = Limits("H200", H200.bytes_per_second, H200.flops_per_second | {4: 495e12 / 3})
"""In float32 three products of TF32 parts stand for one."""


def _n_bytes(shape: Shape) -> float:
    return 4 * shape.n_features * shape.item_bytes


def _n_flops(shape: Shape) -> float:
    chunk, width = (32, 64) if shape.item_bytes == 2 else (16, 32)
    n_blocks = ceil(shape.n_features / width)
    return 4 * shape.n_features**2 + 2 * chunk * shape.n_features * (1 + n_blocks)


ROOFLINES = (
    Roofline("linear attention, forward", _n_bytes, _n_flops, SPLIT),
    Roofline(
        "linear attention, backward",
        lambda shape: 3 * _n_bytes(shape),
        lambda shape: 3 * _n_flops(shape),
        SPLIT,
    ),
)
