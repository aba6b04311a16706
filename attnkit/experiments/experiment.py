"""What an experiment is, and how one is found by name."""

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from attnkit.arguments import checked
from attnkit.discovery import Declared
from attnkit.experiments.units import Case, Units

__all__ = ["SCALES", "Experiment", "ExperimentError", "experiments", "find"]

SCALES = ("quick", "full", "paper")


class ExperimentError(ValueError):
    """Something a person can put right: a name, a folder, a damaged file, a result that is NaN."""


@checked
@dataclass(frozen=True)
class Experiment:
    """A reproduction: one unit of work for every case and seed of a scale.

    Parameters
    ----------
    name : str
        Lower-case words joined by hyphens; the result is recorded as `NAME.json`.
    title, source : str
        What is measured, in one line, and the paper it comes from.
    cases : dict
        For each scale ("quick": seconds, "full": minutes, "paper": the paper's own size) a list
        of cases, each a dict that JSON can hold.
    seeds : dict
        For each scale the default number of seeds.
    run : callable
        `run(case, *, seed, device)` returns a dict of numbers, lists of numbers, or None where
        a number is undefined.

    Raises
    ------
    ExperimentError
        If the declaration is inconsistent.
    """

    name: str
    title: str
    source: str
    cases: dict[str, list[Case]]
    seeds: dict[str, int]
    run: Callable[..., dict[str, Any]]

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", self.name):
            raise ExperimentError(f"name must be lower-case words joined by '-', got {self.name!r}")
        if not self.cases or not set(self.cases) <= set(SCALES):
            raise ExperimentError(
                f"{self.name}: cases must have keys among {SCALES}, got {list(self.cases)}"
            )
        if set(self.seeds) != set(self.cases) or min(self.seeds.values()) < 1:
            raise ExperimentError(
                f"{self.name}: seeds must give a number >= 1 for each scale of cases"
            )
        for scale, cases in self.cases.items():
            self._check_cases(scale, cases)

    def _check_cases(self, scale: str, cases: list[Case]) -> None:
        try:
            texts = [json.dumps(case, sort_keys=True, allow_nan=False) for case in cases]
        except (TypeError, ValueError) as error:
            raise ExperimentError(
                f"{self.name}: a {scale} case is not plain JSON: {error}"
            ) from None
        if not texts or len(set(texts)) < len(texts):
            raise ExperimentError(f"{self.name}: {scale} cases must be non-empty and distinct")

    def units(self, scale: str, n_seeds: int | None = None) -> Units:
        """Return the (case, seed) pairs of a scale, seeds 0 .. n_seeds - 1."""
        if scale not in self.cases:
            known = ", ".join(self.cases)
            raise ExperimentError(f"{self.name} has no scale {scale!r}; it has {known}")
        n_seeds = self.seeds[scale] if n_seeds is None else n_seeds
        if isinstance(n_seeds, bool) or not isinstance(n_seeds, int) or not 1 <= n_seeds <= 10**6:
            raise ExperimentError(f"seeds must be an integer from 1 to a million, got {n_seeds!r}")
        return Units(self.cases[scale], n_seeds)


def experiments() -> Declared:
    """Return every experiment that a room declares, by name; a lookup imports that one only."""
    return Declared("experiments", Experiment)


@checked
def find(name: str) -> Experiment:
    """Return the experiment with this name, or raise with the nearest names there are."""
    known = experiments()
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4) or list(known)
    hint = f"did you mean {' or '.join(near)}?" if near else "none is declared yet"
    raise ExperimentError(f"no experiment is named {name!r}; {hint}")
