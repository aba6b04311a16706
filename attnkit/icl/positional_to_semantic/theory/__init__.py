"""A tied head with samples without end: its risk in three numbers, and its two minima."""

from attnkit.icl.positional_to_semantic.theory.floors import Floors, floors
from attnkit.icl.positional_to_semantic.theory.population import population_risk

__all__ = ["Floors", "floors", "population_risk"]
