"""Numbers that go with every row: one for all, or a tensor that broadcasts."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range

__all__ = ["PerRow", "require_broadcast"]

PerRow = Annotated[float, Range()] | Annotated[Float[Tensor, "..."], Finite()]


def require_broadcast(name: str, given: PerRow, rows: Tensor) -> PerRow:
    """A number, or a tensor in the dtype of the rows; ValueError unless it broadcasts to them."""
    if not isinstance(given, Tensor):
        return given
    sizes = zip(reversed(given.shape), reversed(rows.shape), strict=False)
    if given.ndim > rows.ndim or any(g not in (1, r) for g, r in sizes):
        raise ValueError(
            f"{name} must broadcast to the shape {tuple(rows.shape)} of scores, "
            f"got {tuple(given.shape)}"
        )
    return given.to(rows.dtype)
