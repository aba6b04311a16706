"""What a build must do again: pages that show other numbers now, notebooks that would print others.

A page is known by the fingerprints of the figures, claims and tasks its source names, and of the
code that writes them; a notebook by its own code and all that it imports.
"""

import ast
import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from jupyter_cache import get_cache

from attnkit.fingerprint import fingerprint, fingerprint_of_code, library_fingerprint
from attnkit.imports import declaring, named_strings, path_of

__all__ = ["changed_pages", "forget_runs", "page_fingerprints"]

_KINDS = {"explorable": "Explorable", "claim": "claim", "task": "Task"}
_NAMED = re.compile(r"^[ ]*[`:]{3,}\{(explorable|claim|task)\}[ ]+([\w-]+)", re.MULTILINE)
_WRITERS = ("explore", "claims", "coursework", "words")
_ALL = re.compile(r"^[ ]*[`:]{3,}\{claims-ledger\}", re.MULTILINE)


def page_fingerprints(sources: Iterable[tuple[str, Path]]) -> dict[str, str]:
    """For each page (name, source file) a digest of the numbers and words it takes from attnkit."""
    writers = _writers()
    return {
        page: _notebook(path) if path.suffix == ".ipynb" else _page(path, writers)
        for page, path in sources
    }


def _page(path: Path, writers: str) -> str:
    text = path.read_text(encoding="utf-8")
    if _ALL.search(text):
        return library_fingerprint()
    parts = []
    for kind, name in _NAMED.findall(text):
        module = declaring().get((_KINDS[kind], name))
        if module is not None:
            parts += [fingerprint(module), path_of(module).read_text(encoding="utf-8")]
    return hashlib.sha256("".join([writers, *parts]).encode()).hexdigest()[:16] if parts else ""


def _writers() -> str:
    """Digest of the code that writes figures, claims and tasks into pages."""
    folders = [path_of(f"attnkit.{name}").parent for name in _WRITERS]
    files = [p for folder in folders for p in sorted(folder.rglob("*.*")) if p.suffix != ".pyc"]
    return hashlib.sha256(b"".join(p.read_bytes() for p in files)).hexdigest()


def changed_pages(note: Path, now: dict[str, str]) -> list[str]:
    """The pages that differ from what the last finished build wrote down in `note`."""
    before = _read(note)
    return sorted(page for page, digest in now.items() if before.get(page) != digest)


def forget_runs(cache_folder: Path, notebooks: Iterable[Path]) -> None:
    """Drop the kept outputs of notebooks, so that they run again."""
    stale = {str(path.resolve()) for path in notebooks}
    if stale and cache_folder.exists():
        cache = get_cache(str(cache_folder))
        for record in cache.list_cache_records():
            if str(Path(record.uri).resolve()) in stale:
                cache.remove_cache(record.pk)


def _notebook(path: Path) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    code = re.sub(r"^\s*[%!].*$", "", code, flags=re.MULTILINE)
    strings = named_strings(ast.parse(code))
    figures = [
        m for (kind, name), m in declaring().items() if kind == "Explorable" and name in strings
    ]
    return fingerprint_of_code(code, figures)


def _read(note: Path) -> dict[str, str]:
    try:
        return dict(json.loads(note.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}
