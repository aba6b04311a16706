"""What is compiled ahead of time: every kernel with decay, by type and head size."""

import torch
import triton.language as tl

from attnkit.gpu.compiled import Specialisation
from attnkit.memory.delta.fused.outputs import pull_writes, read_chunks
from attnkit.memory.delta.fused.sizes import chunk_size, sizes
from attnkit.memory.delta.fused.solve import solve_chunks
from attnkit.memory.delta.fused.states import carry_back, carry_forward
from attnkit.memory.delta.fused.through import gradients_through
from attnkit.memory.delta.fused.within import gradients_within

__all__ = ["SPECIALISATIONS", "specialisation"]

_STEPS = (
    *(solve_chunks, carry_forward, read_chunks),
    *(pull_writes, carry_back, gradients_within, gradients_through),
)
_TYPES = {torch.float32: tl.float32, torch.bfloat16: tl.bfloat16, torch.float16: tl.float16}
_GATES = {"rate", "log_decay", "d_rate", "d_log_decay", "initial", "final", "d_initial", "d_final"}
_CONSTANTS = {
    *("KEY", "VALUE", "CHUNK", "KEY_BLOCK", "VALUE_BLOCK", "ROUNDED", "MULTIPLIED"),
}


def specialisation(kernel, dtype: torch.dtype, size: int) -> Specialisation:
    """One kernel for heads of one size, keys and values alike, with decay."""
    step, kind = kernel.__name__, _TYPES[dtype]
    most = sizes(step, dtype, size, size)
    constants = {"KEY": size, "VALUE": size, "CHUNK": chunk_size(dtype)}
    constants |= {"KEY_BLOCK": most.key_block, "VALUE_BLOCK": most.value_block}
    signature = {
        name: "*fp32" if name in _GATES else f"*{kind}"
        for name in kernel.arg_names
        if name not in _CONSTANTS
    }
    return Specialisation(
        f"{step} {kind} {size}",
        kernel,
        signature | {"n_tokens": "i32"},
        constants | dict.fromkeys(("ROUNDED", "MULTIPLIED"), kind),
        n_warps=most.n_warps,
        n_stages=most.n_stages,
        function="delta_rule",
    )


SPECIALISATIONS = tuple(
    specialisation(kernel, dtype, size)
    for kernel in _STEPS
    for dtype in _TYPES
    for size in (64, 128, 256)
    if size < 256 or dtype != torch.float16  # which asks for what bfloat16 does
)
