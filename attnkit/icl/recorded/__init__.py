"""Small results that travel inside the package, for the moving figures to replay."""

import json
from functools import cache
from importlib.resources import files

__all__ = ["recorded_result"]


@cache
def recorded_result(name: str) -> tuple[tuple[dict, dict], ...]:
    """Return the (case, result) pairs of a result recorded in this folder."""
    content = json.loads(files(__package__).joinpath(f"{name}.json").read_text("utf-8"))
    return tuple((unit["case"], unit["result"]) for unit in content["units"])
