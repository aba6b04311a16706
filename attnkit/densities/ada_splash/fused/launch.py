"""The launches of the kernels: sizes of tiles, constants and buffers."""

import math
from collections.abc import Callable

import torch
import triton
from torch import Tensor

from attnkit.densities.ada_splash.dense import Inputs
from attnkit.densities.ada_splash.fused.backward import pull_keys, pull_queries
from attnkit.densities.ada_splash.fused.forward import read_rows
from attnkit.densities.ada_splash.fused.sizes import n_warps, tile_of
from attnkit.densities.ada_splash.visible import Visible
from attnkit.gpu.buffers import unwritten
from attnkit.gpu.products import operand_types

__all__ = ["Kept", "launch_backward", "launch_forward"]

Kept = tuple[Tensor, Tensor, Tensor | None, Tensor]
"""What the backward kernels need: thresholds, shares, escorts' means, tops of tiles."""

_NEAR = {torch.float32: 3e-4, torch.float16: 1e-2, torch.bfloat16: 1e-2}
"""How near one a row's mass must be for the step after it to be the last."""


def _numbers(inputs: Inputs, alpha: float, visible: Visible) -> dict:
    queries, keys, _ = inputs
    scale = 1 / math.sqrt(queries.shape[-1])
    power = {1.5: 2, 2.0: 1}.get(alpha, 0)
    return {
        "n_queries": queries.shape[1],
        "n_keys": keys.shape[1],
        "reach": 0 if visible.reach is None else visible.reach,
        "factor": scale * (alpha - 1),
        "power": 1 / (alpha - 1),
        "POWER": power,
        "CAUSAL": visible.reach is not None,
    }


def _constants(inputs: Inputs) -> dict:
    queries, _, values = inputs
    width, n_channels = queries.shape[-1], values.shape[-1]
    rows, n_keys = tile_of(queries.dtype, max(width, n_channels))
    return {
        "WIDTH": width,
        "CHANNELS": n_channels,
        "ROWS": rows,
        "KEYS": n_keys,
        "num_stages": 2,
        "enable_fp_fusion": True,
    } | operand_types(queries)


def _launch(kernel: Callable, n_programs: int, tensors: tuple, numbers: dict) -> None:
    """`numbers` are `_numbers` and `_constants`, which the kernels share, and a kernel's own."""
    width = max(numbers["WIDTH"], numbers["CHANNELS"])
    warps = n_warps(kernel.__name__, tensors[0].dtype, width, numbers["POWER"])
    with torch.cuda.device_of(tensors[0]):
        kernel[(n_programs,)](*tensors, **numbers, num_warps=warps)


def _mask(visible: Visible, n_keys: int) -> Tensor | None:
    """One row of bytes for each batch element."""
    if visible.mask is None:
        return None
    return visible.mask[visible.kind, 0].expand(-1, n_keys).contiguous().view(torch.uint8)


def launch_forward(
    inputs: Inputs, alpha: float, visible: Visible, escorted: bool
) -> tuple[Tensor, Kept]:
    """Values read, and what a backward pass needs; the escorts' means only if `escorted`."""
    queries, keys, values = inputs
    numbers = _numbers(inputs, alpha, visible) | _constants(inputs)
    n_batch, n_queries, n_keys = *queries.shape[:2], keys.shape[1]
    n_blocks = triton.cdiv(n_queries, numbers["ROWS"])
    n_tiles = triton.cdiv(n_keys, numbers["KEYS"])
    read = unwritten(queries, n_batch, n_queries, values.shape[-1])
    means = unwritten(read, *read.shape, dtype=torch.float32) if escorted else None
    thresholds, shares = (
        unwritten(queries, n_batch, n_queries, dtype=torch.float32) for _ in range(2)
    )
    tops = unwritten(queries, n_batch, n_blocks, n_tiles, dtype=torch.float32)
    buffers = (read, means, thresholds, shares, tops)
    numbers["near"] = _NEAR[queries.dtype]
    tensors = (*inputs, _mask(visible, n_keys), *buffers)
    _launch(read_rows, n_blocks * n_batch, tensors, numbers)
    return read, (thresholds, shares, means, tops)


def launch_backward(
    inputs: Inputs, kept: Kept, d_read: Tensor, alpha: float, visible: Visible
) -> Inputs:
    """The gradients of queries, keys and values."""
    thresholds, shares, escorted, tops = kept
    means = (d_read.float() * escorted).sum(-1)
    numbers = _numbers(inputs, alpha, visible) | _constants(inputs)
    numbers["scale"] = numbers["factor"] / (alpha - 1)
    before = (*inputs, _mask(visible, inputs[1].shape[1]), d_read)
    d_queries, d_keys, d_values = (unwritten(t, *t.shape) for t in inputs)
    n_batch, n_blocks, n_tiles = tops.shape
    for_queries = (d_queries, thresholds, means, tops)
    for_keys = (d_keys, d_values, thresholds, shares, means, tops)
    _launch(pull_queries, n_blocks * n_batch, (*before, *for_queries), numbers)
    _launch(pull_keys, n_tiles * n_batch, (*before, *for_keys), numbers)
    return d_queries, d_keys, d_values
