"""Larger series, fetched only when asked for: engine noise and heartbeats."""

import io
import os
import zipfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor

from attnkit.data.downloads import obtain

__all__ = ["Labelled", "ford_a", "heartbeats"]

FORD_A = "https://raw.githubusercontent.com/hfawaz/cd-diagram/master/FordA/"
HEARTBEATS = "https://www.kaggle.com/api/v1/datasets/download/shayanfazeli/heartbeat"


class Labelled(NamedTuple):
    """Series of one length, and their classes."""

    series: Float32[Tensor, "series time 1"]
    labels: Int64[Tensor, " series"]


def ford_a(folder: str | os.PathLike, *, download: bool = False) -> tuple[Labelled, Labelled]:
    """Return the train and test parts of FordA: 500 samples of engine noise, two classes.

    Parameters
    ----------
    folder : path
        Holds FordA_TRAIN.tsv and FordA_TEST.tsv, one series a line after its label -1 or 1.
    download : bool
        Fetch what is missing (about 40 MB) into `folder`. Never done otherwise.

    Returns
    -------
    train, test : Labelled
        Series (3601 and 1320, 500, 1), standardised by the archive, and labels -1 or 1.

    Raises
    ------
    FileNotFoundError, ConnectionError, ValueError
        If a file is missing, can't be fetched, has changed since it was fetched, or is damaged.

    References
    ----------
    FordA in the UCR archive (Dau et al. 2019).
    """
    parts = []
    for part in ("TRAIN", "TEST"):
        name = f"FordA_{part}.tsv"
        path = obtain(Path(folder) / name, FORD_A + name, download=download)
        with path.open("rb") as file:
            rows = _rows(file, name, delimiter="\t", n_columns=501)
        parts.append(_labelled(rows[:, 1:], rows[:, 0], name, classes=(-1, 1)))
    return parts[0], parts[1]


def heartbeats(folder: str | os.PathLike, *, download: bool = False) -> tuple[Labelled, Labelled]:
    """Return the train and test parts of the MIT-BIH beats: 187 samples at 125 Hz, five classes.

    Parameters
    ----------
    folder : path
        Holds heartbeat.zip with mitbih_train.csv and mitbih_test.csv, one beat a line before its
        label, padded with zeros behind.
    download : bool
        Fetch the file (about 100 MB) into `folder` if it is missing. Never done otherwise.

    Returns
    -------
    train, test : Labelled
        Beats (87554 and 21892, 187, 1) scaled to [0, 1], and labels 0 to 4: normal,
        supraventricular, ventricular, fusion, unknown.

    Raises
    ------
    FileNotFoundError, ConnectionError, ValueError
        If the file is missing, can't be fetched, has changed since it was fetched, or is damaged.

    References
    ----------
    M. Kachuee, S. Fazeli, M. Sarrafzadeh. ECG heartbeat classification: a deep transferable
    representation. ICHI, 2018. From the MIT-BIH arrhythmia database (Moody and Mark 2001).
    """
    path = obtain(Path(folder) / "heartbeat.zip", HEARTBEATS, download=download)
    parts = []
    try:
        with zipfile.ZipFile(path) as archive:
            for part in ("train", "test"):
                name = f"mitbih_{part}.csv"
                with archive.open(name) as file:
                    rows = _rows(file, name, delimiter=",", n_columns=188)
                parts.append(_labelled(rows[:, :-1], rows[:, -1], name, classes=(0, 1, 2, 3, 4)))
    except (zipfile.BadZipFile, KeyError) as error:
        raise ValueError(f"{path} is damaged ({error}); delete it and fetch it again") from None
    return parts[0], parts[1]


def _rows(file: io.BufferedIOBase, name: str, *, delimiter: str, n_columns: int) -> np.ndarray:
    try:
        rows = np.loadtxt(file, delimiter=delimiter, dtype=np.float32, ndmin=2, encoding="utf-8")
    except ValueError as error:
        raise ValueError(f"{name} is damaged: {error}") from None
    if rows.shape[1] != n_columns or not len(rows) or not np.isfinite(rows).all():
        raise ValueError(f"{name} must hold rows of {n_columns} finite numbers, got {rows.shape}")
    return rows


def _labelled(
    values: np.ndarray, labels: np.ndarray, name: str, *, classes: tuple[int, ...]
) -> Labelled:
    if not np.isin(labels, classes).all():
        raise ValueError(f"{name} must have labels among {classes}, got {set(labels.tolist())}")
    series = torch.from_numpy(np.ascontiguousarray(values)).unsqueeze(-1)
    return Labelled(series, torch.from_numpy(labels.astype(np.int64)))
