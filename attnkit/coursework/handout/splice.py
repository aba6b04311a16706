"""Put a solution inside a placeholder's function, where graders' tools can cut it out again."""

import ast
import textwrap
from dataclasses import dataclass

from attnkit.coursework.handout.errors import HandoutError
from attnkit.coursework.handout.solutions import Solution

__all__ = ["Spliced", "function_name", "splice"]


@dataclass(frozen=True)
class Spliced:
    """A function in parts.

    Parameters
    ----------
    head : str
        What student and teacher share: imports, signature and docstring.
    empty : str
        The placeholder's body, indented.
    full : str
        The solution's body, indented, after what the solution defines beside its function.
    """

    head: str
    empty: str
    full: str


def function_name(source: str) -> str:
    """Return the name of the function a placeholder defines: the last one."""
    return _function(source, None).name


def splice(placeholder: str, solution: Solution) -> Spliced:
    """Return the placeholder's function with both bodies.

    Raises
    ------
    HandoutError
        If the solution lacks the function, decorates it or names other parameters.
    """
    name = function_name(placeholder)
    wanted, found = _function(placeholder, name), _function(solution.code, name)
    if not _fits(found, wanted):
        signature = f"{name}({ast.unparse(wanted.args)})"
        raise HandoutError(
            f"{solution.path} must define {signature}, undecorated and on more than one line"
        )
    outside, _, inside = _parted(solution.code, found)
    before, head, empty = _parted(placeholder, wanted)
    full = textwrap.indent(f"{outside}\n\n", "    ") if outside else ""
    return Spliced(f"{before}\n\n\n{head}".strip(), empty, (full + inside).rstrip())


def _function(source: str, name: str | None) -> ast.FunctionDef | None:
    """Return the last function of the source, of this name if one is given."""
    functions = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return next((f for f in reversed(functions) if name in (None, f.name)), None)


def _fits(found: ast.FunctionDef | None, wanted: ast.FunctionDef) -> bool:
    if found is None or found.decorator_list or found.body[0].lineno == found.lineno:
        return False
    return _parameters(found) == _parameters(wanted)


def _parameters(function: ast.FunctionDef) -> list[str]:
    arguments = function.args
    return [each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]


def _parted(source: str, function: ast.FunctionDef) -> tuple[str, str, str]:
    """Return what stands around a function, its signature with its docstring, and its body."""
    lines = source.splitlines()
    start, end = function.lineno - 1, function.end_lineno
    has_docstring = ast.get_docstring(function) is not None and len(function.body) > 1
    first = function.body[1 if has_docstring else 0].lineno - 1
    while lines[first - 1].strip().startswith("#"):
        first -= 1
    outside = "\n".join([*lines[:start], *lines[end:]]).strip()
    return outside, "\n".join(lines[start:first]).rstrip(), "\n".join(lines[first:end])
