"""Products of tiles in these kernels, which neither overflow nor lose what float32 holds.

A state and unscaled scores outgrow float16, so next to float16 they are kept in float32 and
multiplied as TF32, which holds every float16 exactly. float32 itself is multiplied as the sum of
three products of TF32 parts, high · high + high · low + low · high: what is dropped is at most
3 · 2⁻²⁰ of |left| |right|, and a tensor core runs it where float32 would have none.
"""

from typing import Any, NamedTuple

import torch
import triton
import triton.language as tl

__all__ = ["INTERPRETED", "KEPT", "Kept", "product"]

INTERPRETED = tl.constexpr(triton.knobs.runtime.interpret)
"""Triton's interpreter multiplies the raw bits of bfloat16: there it is rounded, then widened."""


class Kept(NamedTuple):
    """The type in which what a kernel computes enters the next product, and how that multiplies."""

    dtype: Any
    precision: str
    torch_dtype: torch.dtype


KEPT = {
    torch.float32: Kept(tl.float32, "tf32x3", torch.float32),
    torch.bfloat16: Kept(tl.bfloat16, "ieee", torch.bfloat16),
    torch.float16: Kept(tl.float32, "tf32", torch.float32),
}
"""By the dtype of the inputs."""


@triton.jit
def product(left, right, DTYPE: tl.constexpr, PRECISION: tl.constexpr):
    """left · right of two tiles rounded to DTYPE, summed in float32."""
    left, right = left.to(DTYPE), right.to(DTYPE)
    if INTERPRETED:
        left, right = left.to(tl.float32), right.to(tl.float32)
    return tl.dot(left, right, input_precision=PRECISION)
