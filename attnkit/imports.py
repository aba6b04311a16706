"""What a piece of attnkit is made of, read from source without running it.

A name that a package hands on is followed to the module that defines it, so that importing one
density does not mean all of them.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import attnkit
from attnkit.discovery import layer_files, sources

__all__ = ["declaring", "dependencies", "modules", "named_strings", "path_of", "tree_of", "used_by"]


@cache
def modules() -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    return sources()


def path_of(module: str) -> Path:
    """The source file of a module."""
    return modules()[module]


@cache
def tree_of(module: str) -> ast.Module:
    """The syntax tree of a module."""
    return ast.parse(path_of(module).read_text(encoding="utf-8"))


def dependencies(*modules: str) -> set[str]:
    """The modules themselves and every module of attnkit they are made of, at any depth."""
    found: set[str] = set()
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        if module not in found:
            found.add(module)
            waiting += _direct(module)
    return found


@cache
def _direct(module: str) -> frozenset[str]:
    package = module if path_of(module).name == "__init__.py" else module.rpartition(".")[0]
    return frozenset({*used_by(tree_of(module), package), *_gathered(module)})


def _gathered(module: str) -> Iterator[str]:
    """The files of a layer that a room's module gathers by name, as in `Declared("memories", …)`.

    The core gathers too, but to show what it found; a room computes with it.
    """
    room = Path(attnkit.__path__[0], *module.split(".")[1:2])
    gathers = "Declared(" in path_of(module).read_text(encoding="utf-8")
    for node in ast.walk(tree_of(module)) if gathers and (room / "room.toml").exists() else ():
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Declared":
            yield from layer_files(ast.literal_eval(node.args[0]))


def used_by(tree: ast.Module, package: str = "") -> Iterator[str]:
    """The modules of attnkit that a syntax tree imports, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules())
        elif isinstance(node, ast.ImportFrom):
            start = _absolute(node, package)
            yield from _homes(start, [alias.name for alias in node.names])


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    above = package.split(".")[: len(package.split(".")) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _homes(start: str, names: Iterable[str]) -> Iterator[str]:
    if start in modules():
        yield from (_home(start, name) for name in names)


@cache
def _home(module: str, name: str) -> str:
    """The module that defines what `from module import name` gives."""
    if f"{module}.{name}" in modules():
        return f"{module}.{name}"
    if path_of(module).name != "__init__.py":
        return module
    for node in ast.walk(tree_of(module)):
        if isinstance(node, ast.ImportFrom):
            start = _absolute(node, module)
            for alias in node.names:
                if name == (alias.asname or alias.name) and start in modules():
                    return _home(start, alias.name)
    return module


def named_strings(tree: ast.AST) -> set[str]:
    """Every string constant of a syntax tree."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@cache
def declaring() -> dict[tuple[str, str], str]:
    """The module that declares each thing with a name: {("Explorable", "one-head"): module}.

    A declaration is a call with the name as its keyword `name`, or as its first argument.
    """
    found = {}
    for module, path in modules().items():
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(tree_of(module)) if any(f"{d}(" in source for d in _DECLARING) else ():
            if isinstance(node, ast.Call) and getattr(node.func, "id", None) in _DECLARING:
                named = [k.value for k in node.keywords if k.arg == "name"] or node.args[:1]
                if named and isinstance(named[0], ast.Constant):
                    found[node.func.id, named[0].value] = module
    return found


_DECLARING = ("Explorable", "claim", "Task")
