"""What a kernel is made of: its source, that of kernels it calls, and the values it is given."""

import ast
import hashlib
import inspect
import textwrap
from functools import cache
from typing import Any

from attnkit.gpu.compiled import Specialisation

__all__ = ["called", "digest"]


def called(kernel: Any) -> dict[str, Any]:
    """The kernel and every other one it calls, directly or not, by dotted name."""
    found: dict[str, Any] = {}
    waiting = [kernel]
    while waiting:
        each = waiting.pop()
        if found.setdefault(f"{each.fn.__module__}.{each.fn.__name__}", each) is each:
            waiting += [other for other in _named(each) if other not in found.values()]
    return found


def _named(kernel: Any) -> list[Any]:
    """The kernels of the package whose names stand in the source of this one."""
    tree = ast.parse(_source(kernel))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    things = [kernel.fn.__globals__.get(name) for name in sorted(names)]
    return [each for each in things if hasattr(each, "fn") and hasattr(each, "arg_names")]


def _source(kernel: Any) -> str:
    return textwrap.dedent(inspect.getsource(kernel.fn))


@cache
def digest(what: Specialisation) -> str:
    """Digest of all that the compiler is given, wherever in their files the sources stand."""
    sources = [_source(each) for _, each in sorted(called(what.kernel).items())]
    asked = [sorted(what.signature.items()), sorted(map(str, what.constants.items()))]
    settings = [what.n_warps, what.n_stages, sorted(what.divisible)]
    return hashlib.sha256(repr([sources, asked, settings]).encode()).hexdigest()[:16]
