"""Bytes and operations of the kernels of the delta rule, for each token of each head.

With d features, chunks of C tokens and the states at their borders kept in the input's type.
Forwards, in numbers moved: solve 4d + C, carry 4d + d²/C, read 4d + d²/C. Operations: five products
of 2Cd between tokens, three of 2d² with states, and 2C²/3 for the inverse. Backwards, in numbers:
solve and carry again 8d + C + d²/C, the outputs' pull 4d, carry back 6d + d²/C, gradients within
chunks 8d + 3C and through states 7d + 2C + 2d²/C. Operations: thirteen and eight such products.
"""

from attnkit.gpu.roofline import Roofline, Shape

__all__ = ["ROOFLINES"]


def _chunk(shape: Shape) -> int:
    return 64 if shape.item_bytes == 2 else 32


def _n_bytes(shape: Shape) -> float:
    size = _chunk(shape)
    numbers = 12 * shape.n_features + size + 2 * shape.n_features**2 / size
    return numbers * shape.item_bytes


def _n_flops(shape: Shape) -> float:
    size = _chunk(shape)
    return 10 * size * shape.n_features + 6 * shape.n_features**2 + 2 * size**2 / 3


def _n_bytes_back(shape: Shape) -> float:
    size = _chunk(shape)
    numbers = 33 * shape.n_features + 6 * size + 4 * shape.n_features**2 / size
    return numbers * shape.item_bytes


def _n_flops_back(shape: Shape) -> float:
    size = _chunk(shape)
    return 26 * size * shape.n_features + 16 * shape.n_features**2 + 2 * size**2 / 3


ROOFLINES = (
    Roofline("delta rule, forward", _n_bytes, _n_flops),
    Roofline("delta rule, backward", _n_bytes_back, _n_flops_back),
)
