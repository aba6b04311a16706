"""SEA in the room's gallery: sixteen columns of an estimate by random features."""

import torch
from torch import Tensor

from attnkit.selection.sea.estimate import favor_columns
from attnkit.selection.sea.sea import sea_keys
from attnkit.selection.shared.pattern import Pattern

__all__ = ["SEA"]

WIDTH, FEATURES = 16, 111


def best_columns(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """The columns that 111 random features put highest."""
    n, d = keys.shape[-2:]
    generator = torch.Generator().manual_seed(0)
    directions = torch.randn(FEATURES, d, generator=generator, dtype=keys.dtype)
    columns = favor_columns(queries * d**0.25, keys * d**0.25, directions, width=WIDTH)
    return sea_keys(columns, n, max(round(n_keys * min(WIDTH, n) / n), 1))


SEA = Pattern("SEA", best_columns)
