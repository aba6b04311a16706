"""Series with a class each, from text that may be damaged."""

import io
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor

__all__ = ["Labelled", "labelled", "rows_of"]


class Labelled(NamedTuple):
    """Series of one length (series, time, 1), and the class of each (series,)."""

    series: Float32[Tensor, "series time 1"]
    labels: Int64[Tensor, " series"]


def rows_of(
    file: io.BufferedIOBase, name: str, *, delimiter: str, shape: tuple[int, int]
) -> np.ndarray:
    try:
        rows = np.loadtxt(file, delimiter=delimiter, dtype=np.float32, ndmin=2, encoding="utf-8")
    except ValueError as error:
        raise ValueError(f"{name} is damaged: {error}") from None
    if rows.shape != shape or not np.isfinite(rows).all():
        raise ValueError(
            f"{name} must hold {shape[0]} rows of {shape[1]} finite numbers, got {rows.shape}"
        )
    return rows


def labelled(
    values: np.ndarray, labels: np.ndarray, name: str, *, classes: tuple[int, ...]
) -> Labelled:
    if not np.isin(labels, classes).all():
        raise ValueError(f"{name} must have labels among {classes}, got {set(labels.tolist())}")
    series = torch.from_numpy(np.ascontiguousarray(values)).unsqueeze(-1)
    return Labelled(series, torch.from_numpy(labels.astype(np.int64)))
