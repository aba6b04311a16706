"""Rows of a joined context that are drawn: sinks of one score among normal scores."""

import torch
from torch import Tensor

__all__ = ["drawn_rows"]


def drawn_rows(
    n_rows: int, n_keys: int, n_sinks: int, sink: float, spread: float, *, seed: int
) -> Tensor:
    """Scores (row, key), the sinks first. The same seed draws the same others behind them."""
    generator = torch.Generator().manual_seed(seed)
    rows = spread * torch.randn(n_rows, n_keys, generator=generator, dtype=torch.float64)
    rows[:, :n_sinks] = sink
    return rows
