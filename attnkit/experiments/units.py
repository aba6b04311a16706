"""The units of a scale, every case with every seed, without listing them."""

import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

__all__ = ["Case", "Unit", "Units"]

Case = dict[str, Any]
Unit = tuple[Case, int]


class Units(Sequence):
    """(case, seed) pairs, seeds 0 .. n_seeds - 1 of the first case first; or some of them.

    Parameters
    ----------
    cases : list of dict
        The cases.
    n_seeds : int
        The number of seeds of each.
    places : sequence of int, optional
        Which of the pairs, by their place among all; by default all.
    """

    def __init__(self, cases: list[Case], n_seeds: int, places: Sequence[int] | None = None):
        self.cases, self.n_seeds = cases, n_seeds
        self.places = range(len(cases) * n_seeds) if places is None else places

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, at: int | slice) -> Any:
        if isinstance(at, slice):
            return Units(self.cases, self.n_seeds, self.places[at])
        case, seed = divmod(self.places[at], self.n_seeds)
        return self.cases[case], seed

    def place(self, case: Case, seed: int) -> int | None:
        """Return the place of a unit among all, None where it is none of them."""
        number = self._numbers.get(_text(case))
        return (
            None if number is None or not 0 <= seed < self.n_seeds else number * self.n_seeds + seed
        )

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {_text(case): number for number, case in enumerate(self.cases)}

    def only(self, places: Sequence[int]) -> "Units":
        """Return the units at these places."""
        return Units(self.cases, self.n_seeds, places)


def _text(case: Case) -> str:
    return json.dumps(case, sort_keys=True)
