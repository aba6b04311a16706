"""Know whether a number that the book shows could have changed: digests of what it comes from."""

import ast
import hashlib
import importlib.metadata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from attnkit.experiments.store import results_folder
from attnkit.imports import dependencies, named_strings, path_of, tree_of, used_by

__all__ = ["fingerprint", "fingerprint_of_code", "library_fingerprint"]

_PROSE = {"title", "caption", "alt", "panels", "readouts", "page_note", "tolerance"}
"""What an Explorable says and how it is drawn; none of it changes what it computes."""

_VERSIONS = ("torch", "numpy", "scipy", "aeon", "scikit-learn")


def fingerprint(*modules: str) -> str:
    """Digest of the modules and all they are made of, recorded results and versions included.

    How a figure is drawn and what it says is left out, and so is the code that draws figures:
    `attnkit.explore` counts as its controls and the sampling grid.
    """
    made_of = {name for name in dependencies(*modules) if not _draws(name)}
    parts = [_part(name) for name in sorted(made_of | {"attnkit.explore.grid"})]
    return _digest([*map(_version, _VERSIONS), *parts])


def fingerprint_of_code(source: str, modules: Iterable[str] = ()) -> str:
    """Digest of a piece of code outside the package, a notebook's say, and all it is made of."""
    return _digest([source, fingerprint(*used_by(ast.parse(source)), *modules)])


def library_fingerprint() -> str:
    """Digest of every source and recorded result of the library."""
    root = path_of("attnkit").parent
    files = [path for path in root.rglob("*") if path.suffix in (".py", ".json", ".js", ".css")]
    results = [p for p in results_folder().glob("*.json") if ".partial." not in p.name]
    return _digest([*map(_version, _VERSIONS), *map(_content, sorted([*files, *results]))])


def _draws(module: str) -> bool:
    kept = ("attnkit.explore.controls", "attnkit.explore.grid")
    return module.startswith("attnkit.explore") and module not in kept


@cache
def _part(module: str) -> str:
    """Digest of one module without its prose, and of the JSON files it names."""
    path, tree = path_of(module), tree_of(module)
    lines = path.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Explorable":
            for keyword in node.keywords:
                if keyword.arg in _PROSE:
                    span = slice(keyword.value.lineno - 1, keyword.value.end_lineno)
                    lines[span] = [""] * len(lines[span])
    return _digest([module, *lines, *map(_content, _records(path, tree))])


def _records(path: Path, tree: ast.Module) -> list[Path]:
    """Recorded numbers that a module reads: by their name, or all that lie in a package."""
    names = {name.removesuffix(".json") for name in named_strings(tree)}
    beside = sorted(path.parent.glob("*.json"))
    if path.name != "__init__.py":
        beside = [record for record in beside if record.stem in names]
    return beside + [record for record in sorted(results_folder().glob("*.json")) if record.stem in names]


def _content(path: Path) -> str:
    return _digest([path.name, path.read_text(encoding="utf-8")])


def _version(package: str) -> str:
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return package


def _digest(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() + b"\0")
    return digest.hexdigest()[:16]
