"""Small results that lie whole inside the package, for the moving figures to replay."""

from functools import cache
from pathlib import Path

from attnkit.experiments import load

__all__ = ["recorded_result"]


@cache
def recorded_result(name: str) -> tuple[tuple[dict, dict], ...]:
    """Return the (case, result) pairs of a result recorded in this folder."""
    units = load(name, folder=Path(__file__).parent)["units"]
    return tuple((unit["case"], unit["result"]) for unit in units)
