"""Larger series, fetched only when asked for: engine noise and heartbeats."""

import functools
import io
import os
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float32, Int64
from torch import Tensor

from attnkit.arguments import checked
from attnkit.data.downloads import obtain

__all__ = ["Labelled", "ford_a", "heartbeats"]

FORD_A = (
    "https://raw.githubusercontent.com/hfawaz/cd-diagram/"
    "1b48b4b2ff262de502757db357d1247d56fdc068/FordA/"
)
HEARTBEATS = "https://www.kaggle.com/api/v1/datasets/download/shayanfazeli/heartbeat"

# What the files hold, whoever put them there; the blob ids are those of that commit's tree.
FORD_A_ROWS = {"TRAIN": 3601, "TEST": 1320}
FORD_A_BLOBS = {
    "TRAIN": "bfd076dfd6e42f4ca2fd7886a3ee011fe41ee579",
    "TEST": "e123b9d9b8acb3983bca8abc2a6ceb873a49fdf1",
}
HEARTBEATS_ROWS = {"train": 87554, "test": 21892}


class Labelled(NamedTuple):
    """Series of one length (series, time, 1), and the class of each (series,)."""

    series: Float32[Tensor, "series time 1"]
    labels: Int64[Tensor, " series"]


@checked
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
        If a file is missing, can't be fetched whole, has changed since it was fetched, or does
        not hold these rows.

    References
    ----------
    FordA in the UCR archive (Dau et al. 2019).
    """
    train, test = (
        obtain(
            Path(folder) / f"FordA_{part}.tsv",
            f"{FORD_A}FordA_{part}.tsv",
            download=download,
            read=functools.partial(_ford_a_part, part),
            blob=FORD_A_BLOBS[part],
        )
        for part in ("TRAIN", "TEST")
    )
    return train, test


def _ford_a_part(part: str, path: Path) -> Labelled:
    name, shape = f"FordA_{part}.tsv", (FORD_A_ROWS[part], 501)
    with path.open("rb") as file:
        rows = _rows(file, name, delimiter="\t", shape=shape)
    return _labelled(rows[:, 1:], rows[:, 0], name, classes=(-1, 1))


@checked
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
        If the file is missing, can't be fetched whole, has changed since it was fetched, or does
        not hold these rows. The host publishes no checksum: the rows decide.

    References
    ----------
    M. Kachuee, S. Fazeli, M. Sarrafzadeh. ECG heartbeat classification: a deep transferable
    representation. ICHI, 2018. From the MIT-BIH arrhythmia database (Moody and Mark 2001).
    """
    path = Path(folder) / "heartbeat.zip"
    return obtain(path, HEARTBEATS, download=download, read=_heartbeat_parts)


def _heartbeat_parts(path: Path) -> tuple[Labelled, Labelled]:
    try:
        with zipfile.ZipFile(path) as archive:
            return _heartbeat_part(archive, "train"), _heartbeat_part(archive, "test")
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError) as error:
        # RuntimeError: encrypted; its subclass NotImplementedError: an unknown compression.
        raise ValueError(f"heartbeat.zip is damaged ({error})") from None


def _heartbeat_part(archive: zipfile.ZipFile, part: str) -> Labelled:
    name, shape = f"mitbih_{part}.csv", (HEARTBEATS_ROWS[part], 188)
    with archive.open(name) as file:
        rows = _rows(file, name, delimiter=",", shape=shape)
    return _labelled(rows[:, :-1], rows[:, -1], name, classes=(0, 1, 2, 3, 4))


def _rows(
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


def _labelled(
    values: np.ndarray, labels: np.ndarray, name: str, *, classes: tuple[int, ...]
) -> Labelled:
    if not np.isin(labels, classes).all():
        raise ValueError(f"{name} must have labels among {classes}, got {set(labels.tolist())}")
    series = torch.from_numpy(np.ascontiguousarray(values)).unsqueeze(-1)
    return Labelled(series, torch.from_numpy(labels.astype(np.int64)))
