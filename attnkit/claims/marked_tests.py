"""Which test checks which claim, read from the tests' source without running it."""

import ast
from collections.abc import Iterator
from pathlib import Path

__all__ = ["checked_by"]


def checked_by(folder: Path) -> dict[str, list[str]]:
    """Return for each label the tests marked `pytest.mark.claim(label)`, as pytest names them.

    Raises
    ------
    ValueError
        If a mark's label is not a plain string.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("test_*.py")):
        place = path.relative_to(folder.parent).as_posix()
        for test, label in _marks(ast.parse(path.read_text(encoding="utf-8")), place):
            found.setdefault(label, []).append(test)
    return found


def _marks(node: ast.AST, place: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef):
            continue
        name = f"{place}::{child.name}"
        for call in (call for mark in child.decorator_list for call in ast.walk(mark)):
            if _is_claim_mark(call):
                yield name, _label(call, name)
        yield from _marks(child, name)


def _is_claim_mark(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and ast.unparse(node.func).endswith("mark.claim")


def _label(call: ast.Call, name: str) -> str:
    if len(call.args) != 1 or not isinstance(call.args[0], ast.Constant):
        raise ValueError(f"{name}: pytest.mark.claim takes one plain string")
    return call.args[0].value
