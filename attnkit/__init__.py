"""attnkit: attention as an expectation under a density."""

from importlib import import_module as _import_module
from pathlib import Path as _Path
from typing import TYPE_CHECKING as _TYPE_CHECKING

if _TYPE_CHECKING:
    from attnkit import diagnostics
    from attnkit.densities import attention, entmax, softmax, sparsemax

__all__ = ["attention", "diagnostics", "entmax", "softmax", "sparsemax"]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Import a room, a part of the core or a function of `densities` when it is first asked for.

    Torch comes with them: what tells the version, or why torch can't be imported, does without.
    """
    if name in _folders():
        return _import_module(f"attnkit.{name}")
    if name in __all__:
        globals()[name] = getattr(_import_module("attnkit.densities"), name)
        return globals()[name]
    raise AttributeError(f"module 'attnkit' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, "__version__", *_folders()})


def _folders() -> set[str]:
    return {init.parent.name for root in __path__ for init in _Path(root).glob("*/__init__.py")}
