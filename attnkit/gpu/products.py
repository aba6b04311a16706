"""Matrix products inside kernels: the operands' rounding is the input's, the sum is float32.

float32 operands are multiplied in float32 (no TF32). Half operands are multiplied as they are on a
device; Triton's interpreter multiplies the bits of bfloat16 as integers, so there they are rounded
to half precision all the same and multiplied in float32, which is what a tensor core does.
"""

import torch
import triton
import triton.language as tl
from torch import Tensor

__all__ = ["operand_types", "product"]

_TYPES = {torch.float32: tl.float32, torch.bfloat16: tl.bfloat16, torch.float16: tl.float16}


@triton.jit
def product(left, right, ROUNDED: tl.constexpr, MULTIPLIED: tl.constexpr):
    """The product of two tiles in float32, of operands rounded to `ROUNDED`."""
    left = left.to(ROUNDED).to(MULTIPLIED)
    right = right.to(ROUNDED).to(MULTIPLIED)
    return tl.dot(left, right, input_precision="ieee", out_dtype=tl.float32)


def operand_types(tensor: Tensor) -> dict[str, tl.dtype]:
    """The constants of `product` for tiles of a tensor, compiled or interpreted."""
    rounded = _TYPES[tensor.dtype]
    multiplied = tl.float32 if triton.knobs.runtime.interpret else rounded
    return {"ROUNDED": rounded, "MULTIPLIED": multiplied}
