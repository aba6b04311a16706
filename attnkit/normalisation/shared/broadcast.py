"""Numbers that go with every row: one for all, or a tensor that broadcasts."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range

__all__ = ["PerRow", "require_broadcast"]

PerRow = Annotated[float, Range()] | Annotated[Float[Tensor, "..."], Finite()]


def require_broadcast(
    name: str, given: PerRow, rows: Tensor, *, one_along: int | None = None
) -> Tensor:
    """The number or tensor in the rows' dtype; ValueError unless it broadcasts to their shape.

    With `one_along`, a dimension counted from the front, it must have one entry there: a number
    for each row.
    """
    if not isinstance(given, Tensor):
        return rows.new_tensor(given)
    wanted = tuple(1 if d == one_along else size for d, size in enumerate(rows.shape))
    sizes = zip(reversed(given.shape), reversed(wanted), strict=False)
    if given.ndim > len(wanted) or any(g not in (1, w) for g, w in sizes):
        raise ValueError(f"{name} must broadcast to the shape {wanted}, got {tuple(given.shape)}")
    return given.to(rows.dtype)
