"""The table of compiled kernels, kept so that the book is built without Triton."""

import json
from collections.abc import Iterable
from importlib import metadata
from os import PathLike
from pathlib import Path

from attnkit.gpu.ahead import specialisations
from attnkit.gpu.compiled import Compiled
from attnkit.gpu.sources import digest

__all__ = ["read", "still_true", "written"]


def written(path: str | PathLike, kernels: Iterable[Compiled]) -> None:
    """Write what each kernel asks of each architecture, with a digest of what it was made of."""
    known = specialisations()
    rows = [
        {
            "name": each.name,
            "architecture": each.architecture,
            "registers": each.registers,
            "spilled_bytes": each.spilled_bytes,
            "shared_bytes": each.shared_bytes,
            "digest": digest(known[each.name]),
        }
        for each in sorted(kernels, key=lambda each: (each.name, each.architecture))
    ]
    content = {"triton": metadata.version("triton"), "kernels": rows}
    Path(path).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def read(path: str | PathLike) -> tuple[str, dict[Compiled, str]]:
    """The version of Triton, and each compiled kernel with the digest of what it was made of."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    rows = [(dict(row), row["digest"]) for row in content["kernels"]]
    for row, _ in rows:
        del row["digest"]
    return content["triton"], {Compiled(**row): made_of for row, made_of in rows}


def still_true(path: str | PathLike) -> list[Compiled]:
    """What a table says of kernels that are what they were, compiled by this version of Triton."""
    if not Path(path).exists():
        return []
    triton, rows = read(path)
    known = specialisations()
    if triton != metadata.version("triton"):
        return []
    return [k for k, was in rows.items() if k.name in known and digest(known[k.name]) == was]
