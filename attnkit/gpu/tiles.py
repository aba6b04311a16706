"""Tiles of row-major matrices inside kernels: zeros beyond the edge, nothing written there.

A pointer is moved to the first row of a tile with 64-bit arithmetic, by `span`; what remains inside
a tile fits 32 bits.
"""

import triton
import triton.language as tl

__all__ = ["load_row", "load_tile", "span", "store_row", "store_tile"]


@triton.jit
def span(n_tokens, CHUNK: tl.constexpr):
    """Number of this program's chunk among all rows', its first token, and the tokens from there.

    Programs on the first axis are rows times chunks, chunk by chunk.
    """
    program = tl.program_id(0).to(tl.int64)
    n_chunks = tl.cdiv(n_tokens, CHUNK)
    within = (program % n_chunks) * CHUNK
    return program, program // n_chunks * n_tokens + within, (n_tokens - within).to(tl.int32)


@triton.jit
def _places(n_rows, column, WIDTH: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr):
    rows, columns = tl.arange(0, ROWS)[:, None], column + tl.arange(0, COLUMNS)[None, :]
    return rows * WIDTH + columns, (rows < n_rows) & (columns < WIDTH)


@triton.jit
def load_tile(
    pointer, n_rows, column, WIDTH: tl.constexpr, ROWS: tl.constexpr, COLUMNS: tl.constexpr
):
    """(ROWS, COLUMNS) from `column` on of a matrix of this width with `n_rows` rows left."""
    offsets, inside = _places(n_rows, column, WIDTH, ROWS, COLUMNS)
    return tl.load(pointer + offsets, mask=inside, other=0.0)


@triton.jit
def store_tile(pointer, tile, n_rows, column, WIDTH: tl.constexpr):
    """Write what lies inside the matrix, rounded to its type."""
    offsets, inside = _places(n_rows, column, WIDTH, tile.shape[0], tile.shape[1])
    tl.store(pointer + offsets, tile.to(pointer.dtype.element_ty), mask=inside)


@triton.jit
def load_row(pointer, n_left, SIZE: tl.constexpr):
    """SIZE numbers, zeros where none are left."""
    places = tl.arange(0, SIZE)
    return tl.load(pointer + places, mask=places < n_left, other=0.0)


@triton.jit
def store_row(pointer, row, n_left):
    """Write as many numbers as are left."""
    places = tl.arange(0, row.shape[0])
    tl.store(pointer + places, row, mask=places < n_left)
