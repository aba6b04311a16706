"""uWave gestures from a file of the reader's own."""

import os
import zipfile
import zlib
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor

from attnkit.arguments import checked

__all__ = ["uwave"]

_DAMAGED = (zipfile.BadZipFile, zlib.error)


@checked
def uwave(
    path: str | os.PathLike,
) -> tuple[Float32[Tensor, "series time 3"], Int64[Tensor, " series"]]:
    """Return uWave accelerometer gestures: three axes, eight classes, every series equally long.

    Parameters
    ----------
    path : path
        An `.npz` file with `X` of shape (series, 3, time) and integer `y` of shape (series,): the
        UCR archive's UWaveGestureLibraryX, Y and Z, one array per axis. attnkit doesn't carry
        it and doesn't download it.

    Returns
    -------
    series : Tensor, shape (series, time, 3), float32
        Acceleration along x, y, z. The archive standardises each series: no unit.
    labels : Tensor, shape (series,), int64
        The class as the file numbers it.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file can't be read, lacks an array, or holds other shapes or numbers than these.

    References
    ----------
    J. Liu, Z. Wang, L. Zhong, J. Wickramasuriya, V. Vasudevan. uWave: accelerometer-based
    personalized gesture recognition and its applications. PerCom, 2009.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"path must be an .npz file of uWave gestures, none at {path}")
    try:
        with zipfile.ZipFile(path), np.load(path, allow_pickle=False) as file:
            series, labels = file["X"], file["y"]
    except (OSError, EOFError, ValueError, KeyError, RuntimeError, *_DAMAGED) as error:
        raise ValueError(f"path must be an .npz file with X and y: {path.name}: {error}") from None
    _check(series, labels, path.name)
    ordered = np.ascontiguousarray(series.swapaxes(1, 2), dtype=np.float32)
    return torch.from_numpy(ordered), torch.from_numpy(labels.astype(np.int64))


def _check(series: np.ndarray, labels: np.ndarray, name: str) -> None:
    if series.ndim != 3 or series.shape[1] != 3 or labels.shape != series.shape[:1]:
        raise ValueError(
            f"{name}: X must have shape (series, 3, time) and y (series,), "
            f"got {series.shape} and {labels.shape}"
        )
    if labels.dtype.kind not in "iu":
        raise ValueError(f"{name}: y must hold integers, got {labels.dtype}")
    if labels.size and not np.iinfo(np.int64).min <= int(labels.max()) <= np.iinfo(np.int64).max:
        raise ValueError(f"{name}: y must fit int64, got {labels.max()}")
    if series.dtype.kind != "f" or not (np.abs(series) <= np.finfo(np.float32).max).all():
        raise ValueError(f"{name}: X must hold floating-point numbers that are finite in float32")
