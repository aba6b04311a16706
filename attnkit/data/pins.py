"""The digests of the files that can be fetched: nothing is trusted because it came first.

A tree of git gives the ids of its files and no SHA-256: FordA's are those of the commit that its
address names. A zip differs with who packs it: of the heartbeats the members are pinned, by the
digests that two public repositories record of them independently of each other.
"""

import hashlib
import zipfile
import zlib
from functools import partial
from pathlib import Path

from attnkit.data.downloads import git_blob

__all__ = [
    "DAMAGED",
    "FORD_A_BLOBS",
    "HEARTBEATS_SHA256",
    "has_the_members",
    "is_of_the_commit",
    "judged",
]

FORD_A_BLOBS = {
    "TRAIN": "bfd076dfd6e42f4ca2fd7886a3ee011fe41ee579",
    "TEST": "e123b9d9b8acb3983bca8abc2a6ceb873a49fdf1",
}
HEARTBEATS_SHA256 = {
    "train": "ae4c80504ad1d0be5c3f1b3c6ef02851e4d1b05d05805fce2a73374f083a700e",
    "test": "f3fdb3fd318275e653fac082b617d8c1ef09fca619a0606dc22c863451c77333",
}

# RuntimeError: encrypted; its subclass NotImplementedError: an unknown compression.
DAMAGED = (zipfile.BadZipFile, zlib.error, KeyError, EOFError, RuntimeError)


def is_of_the_commit(part: str, path: Path) -> bool:
    """Whether a file is that part of FordA."""
    return git_blob(path) == FORD_A_BLOBS[part]


def has_the_members(path: Path) -> bool:
    """Whether a zip holds both members of the heartbeats as they are pinned."""
    try:
        with zipfile.ZipFile(path) as archive:
            return all(
                _member(archive, part) == digest for part, digest in HEARTBEATS_SHA256.items()
            )
    except DAMAGED:
        return False


def _member(archive: zipfile.ZipFile, part: str) -> str:
    with archive.open(f"mitbih_{part}.csv") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def judged(folder: Path) -> dict[str, bool]:
    """The files of a folder that could have been fetched, and whether each is the pinned one."""
    pinned = {f"FordA_{part}.tsv": partial(is_of_the_commit, part) for part in FORD_A_BLOBS}
    pinned["heartbeat.zip"] = has_the_members
    there = [name for name in pinned if (folder / name).is_file()]
    return {name: pinned[name](folder / name) for name in there}
