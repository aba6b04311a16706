"""`shared.triangular` inside a kernel: the inverse of I + L by halving, level by level.

All blocks of one size are a tensor (block, row, column). Blocks below 16 rows are multiplied by
sums, which no tensor core would take; every product is float32, whatever the input.
"""

import triton
import triton.language as tl

__all__ = ["unit_lower_inverse"]


@triton.jit
def unit_lower_inverse(lower, SIZE: tl.constexpr):
    """(I + L)⁻¹ for strictly lower L (SIZE, SIZE), SIZE a power of two from 16 on."""
    inverse = tl.full([SIZE, 1, 1], 1.0, tl.float32)
    inverse = _doubled(inverse, lower, 1, SIZE)
    inverse = _doubled(inverse, lower, 2, SIZE)
    inverse = _doubled(inverse, lower, 4, SIZE)
    inverse = _doubled(inverse, lower, 8, SIZE)
    if SIZE >= 32:
        inverse = _doubled(inverse, lower, 16, SIZE)
    if SIZE >= 64:
        inverse = _doubled(inverse, lower, 32, SIZE)
    return tl.reshape(inverse, [SIZE, SIZE])


@triton.jit
def _doubled(inverse, lower, HALF: tl.constexpr, SIZE: tl.constexpr):
    """The inverses of blocks of twice HALF rows from those of their diagonal halves."""
    n_blocks: tl.constexpr = SIZE // (2 * HALF)
    pairs = tl.permute(tl.reshape(inverse, [n_blocks, 2, HALF, HALF]), [0, 2, 3, 1])
    first, second = tl.split(pairs)
    corner = -_multiplied(second, _multiplied(_corners(lower, HALF, SIZE), first, HALF), HALF)
    left, right = tl.join(first, corner), tl.join(tl.zeros_like(second), second)
    blocks = tl.permute(tl.join(left, right), [0, 3, 1, 4, 2])
    return tl.reshape(blocks, [n_blocks, 2 * HALF, 2 * HALF])


@triton.jit
def _corners(lower, HALF: tl.constexpr, SIZE: tl.constexpr):
    """L₂₁ of every block of twice HALF rows on the diagonal."""
    n_blocks: tl.constexpr = SIZE // (2 * HALF)
    every = tl.reshape(lower, [n_blocks, 2 * HALF, n_blocks, 2 * HALF])
    places = tl.arange(0, n_blocks)
    same = places[:, None, None, None] == places[None, None, :, None]
    diagonal = tl.sum(tl.where(same, every, 0.0), axis=2)
    quarters = tl.permute(tl.reshape(diagonal, [n_blocks, 2, HALF, 2, HALF]), [0, 2, 4, 1, 3])
    left, _ = tl.split(quarters)
    _, corner = tl.split(left)
    return corner


@triton.jit
def _multiplied(left, right, SIZE: tl.constexpr):
    """Block by block."""
    if SIZE >= 16:
        result = tl.dot(left, right, input_precision="ieee", out_dtype=tl.float32)
    else:
        result = tl.sum(left[:, :, :, None] * right[:, None, :, :], axis=2)
    return result
