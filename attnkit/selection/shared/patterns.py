"""The references that every choice of the room is drawn beside, as patterns."""

import torch
from torch import Tensor

from attnkit.selection.shared.pattern import Pattern
from attnkit.selection.shared.references import oracle, random_keys, window_and_ends

__all__ = ["ENDS", "ORACLE", "RANDOM", "WINDOW"]


def best(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """The highest scores of each row."""
    return oracle(queries @ keys.mT, n_keys)


def drawn(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """Keys without looking."""
    scores = queries @ keys.mT
    return random_keys(scores, n_keys, torch.Generator().manual_seed(0))


def near(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """The nearest keys."""
    return _window(queries, n_keys, ends=0)


def near_and_ends(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """The nearest keys, the first and the last."""
    return _window(queries, n_keys, ends=2)


def _window(queries: Tensor, n_keys: int, *, ends: int) -> Tensor:
    n = queries.shape[-2]
    return window_and_ends(n, n_keys, ends=ends).expand(*queries.shape[:-2], n, n)


ORACLE = Pattern("oracle", best)
RANDOM = Pattern("random keys", drawn)
WINDOW = Pattern("window", near)
ENDS = Pattern("with ends", near_and_ends)
