"""Larger series, fetched only when asked for: engine noise and heartbeats."""

import functools
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

from attnkit.arguments import checked
from attnkit.data.downloads import obtain
from attnkit.data.labelled import Labelled, labelled, rows_of
from attnkit.data.pins import DAMAGED, has_the_members, is_of_the_commit

__all__ = ["ford_a", "heartbeats"]

FORD_A = (
    "https://raw.githubusercontent.com/hfawaz/cd-diagram/"
    "1b48b4b2ff262de502757db357d1247d56fdc068/FordA/"
)
HEARTBEATS = "https://www.kaggle.com/api/v1/datasets/download/shayanfazeli/heartbeat"

# What the files hold, whoever put them there.
FORD_A_ROWS = {"TRAIN": 3601, "TEST": 1320}
HEARTBEATS_ROWS = {"train": 87554, "test": 21892}


@checked
def ford_a(
    folder: str | os.PathLike, *, download: bool = False, sha256: Mapping[str, str] | None = None
) -> tuple[Labelled, Labelled]:
    """Return the train and test parts of FordA: 500 samples of engine noise, two classes.

    Parameters
    ----------
    folder : path
        Holds FordA_TRAIN.tsv and FordA_TEST.tsv, one series a line after its label -1 or 1.
    download : bool
        Fetch what is missing (about 40 MB) into `folder`. Never done otherwise.
    sha256 : mapping, optional
        Digests of other copies that you trust, by file name. Without it the files must be those of
        one commit, known by git's ids of them (SHA-1), which stand in the source.

    Returns
    -------
    train, test : Labelled
        Series (3601 and 1320, 500, 1), standardised by the archive, and labels -1 or 1.

    Raises
    ------
    FileNotFoundError, ConnectionError, ValueError
        If a file is missing, can't be fetched whole, is another one (the message tells its
        digest), or does not hold these rows.

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
            pinned=functools.partial(is_of_the_commit, part),
            trusted=sha256,
        )
        for part in ("TRAIN", "TEST")
    )
    return train, test


def _ford_a_part(part: str, path: Path) -> Labelled:
    name, shape = f"FordA_{part}.tsv", (FORD_A_ROWS[part], 501)
    with path.open("rb") as file:
        rows = rows_of(file, name, delimiter="\t", shape=shape)
    return labelled(rows[:, 1:], rows[:, 0], name, classes=(-1, 1))


@checked
def heartbeats(
    folder: str | os.PathLike, *, download: bool = False, sha256: Mapping[str, str] | None = None
) -> tuple[Labelled, Labelled]:
    """Return the train and test parts of the MIT-BIH beats: 187 samples at 125 Hz, five classes.

    Parameters
    ----------
    folder : path
        Holds heartbeat.zip with mitbih_train.csv and mitbih_test.csv, one beat a line before its
        label, padded with zeros behind.
    download : bool
        Fetch the file (about 100 MB) into `folder` if it is missing. Never done otherwise.
    sha256 : mapping, optional
        Digest of another heartbeat.zip that you trust, by that name. Without it the two members
        that are read must have the SHA-256 that stands in the source.

    Returns
    -------
    train, test : Labelled
        Beats (87554 and 21892, 187, 1) scaled to [0, 1], and labels 0 to 4: normal,
        supraventricular, ventricular, fusion, unknown.

    Raises
    ------
    FileNotFoundError, ConnectionError, ValueError
        If the file is missing, can't be fetched whole, is another one (the message tells its
        digest), or does not hold these rows.

    References
    ----------
    M. Kachuee, S. Fazeli, M. Sarrafzadeh. ECG heartbeat classification: a deep transferable
    representation. ICHI, 2018. From the MIT-BIH arrhythmia database (Moody and Mark 2001).
    """
    return obtain(
        Path(folder) / "heartbeat.zip",
        HEARTBEATS,
        download=download,
        read=_heartbeat_parts,
        pinned=has_the_members,
        trusted=sha256,
    )


def _heartbeat_parts(path: Path) -> tuple[Labelled, Labelled]:
    try:
        with zipfile.ZipFile(path) as archive:
            return _heartbeat_part(archive, "train"), _heartbeat_part(archive, "test")
    except DAMAGED as error:
        raise ValueError(f"heartbeat.zip is damaged ({error})") from None


def _heartbeat_part(archive: zipfile.ZipFile, part: str) -> Labelled:
    name, shape = f"mitbih_{part}.csv", (HEARTBEATS_ROWS[part], 188)
    with archive.open(name) as file:
        rows = rows_of(file, name, delimiter=",", shape=shape)
    return labelled(rows[:, :-1], rows[:, -1], name, classes=(0, 1, 2, 3, 4))
