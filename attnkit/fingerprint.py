"""Know whether a number that the book shows could have changed: digests of what it comes from."""

import ast
import hashlib
import importlib.metadata
import inspect
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import attnkit
from attnkit.experiments.store import results_folder
from attnkit.explore.explorable import Explorable
from attnkit.imports import dependencies, modules, path_of, tree_of, used_by

__all__ = [
    "drawing_fingerprint",
    "figure_fingerprint",
    "fingerprint",
    "fingerprint_of_code",
    "library_fingerprint",
]

_PROSE = {"title", "caption", "alt", "panels", "readouts", "page_note", "tolerance"}
"""What an Explorable says and how it is drawn; none of it changes what it computes."""

_VERSIONS = ("torch", "numpy", "scipy", "aeon", "scikit-learn")


def fingerprint(*modules: str) -> str:
    """Digest of the modules and all they are made of, recorded results and versions included.

    How a figure is drawn and what it says is left out, and so is the code that draws figures:
    `attnkit.explore` counts as its controls, presets and the sampling grid.
    """
    made_of = {name for name in dependencies(*modules) if not _draws(name)}
    parts = [_part(name) for name in sorted(made_of | {"attnkit.explore.grid"})]
    return _digest([*map(_version, _VERSIONS), *parts])


def figure_fingerprint(figure: Explorable) -> str:
    """Digest of all that a figure's numbers are made of."""
    home = inspect.getmodule(getattr(figure.compute, "func", figure.compute))
    if home.__name__ in modules():
        return fingerprint(home.__name__)
    return fingerprint_of_code(Path(home.__file__).read_text(encoding="utf-8"))


def drawing_fingerprint(made_of: str, panels: object) -> str:
    """Digest of a still picture: of its numbers, its panels, and the code that draws it."""
    drawn = sorted(path_of("attnkit.explore").parent.glob("*.py"))
    return _digest([made_of, repr(panels), *map(_content, drawn)])


def fingerprint_of_code(source: str, modules: Iterable[str] = ()) -> str:
    """Digest of a piece of code outside the package, a notebook's say, and all it is made of."""
    return _digest([source, fingerprint(*used_by(ast.parse(source)), *modules)])


def library_fingerprint() -> str:
    """Digest of every source and recorded result of the library."""
    files = [path for root in attnkit.__path__ for path in Path(root).rglob("*")]
    files = [path for path in files if path.suffix in (".py", ".json", ".js", ".css")]
    results = [p for p in results_folder().glob("*.json") if ".partial." not in p.name]
    return _digest([*map(_version, _VERSIONS), *map(_content, sorted([*files, *results]))])


def _draws(module: str) -> bool:
    kept = {
        f"attnkit.explore.{name}" for name in ("batches", "controls", "grid", "listed", "presets")
    }
    return module.startswith("attnkit.explore") and module not in kept


@cache
def _part(module: str) -> str:
    """Digest of one module without its prose, and of the JSON files it names."""
    path = path_of(module)
    source = path.read_text(encoding="utf-8")
    records = _records(path, source)
    for text in {ast.get_source_segment(source, value) for value in _spoken(module, source)}:
        source = source.replace(text, "")
    return _digest([module, source, *map(_content, records)])


def _spoken(module: str, source: str) -> Iterator[ast.expr]:
    """What a module's figures say of themselves."""
    for node in ast.walk(tree_of(module)) if "Explorable(" in source else ():
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Explorable":
            yield from (keyword.value for keyword in node.keywords if keyword.arg in _PROSE)


def _records(path: Path, source: str) -> list[Path]:
    """Recorded numbers that a module reads: by their name, or all that lie in a package."""

    def named(record: Path) -> bool:
        return f'"{record.stem}"' in source or f'"{record.name}"' in source

    beside = sorted(path.parent.glob("*.json"))
    if path.name != "__init__.py":
        beside = [record for record in beside if named(record)]
    return beside + [record for record in sorted(results_folder().glob("*.json")) if named(record)]


def _content(path: Path) -> str:
    return _digest([path.name, path.read_text(encoding="utf-8")])


@cache
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
