"""Runs reproductions: seeds, progress, resuming, recorded results and their provenance."""

from attnkit.experiments.chance import global_seed
from attnkit.experiments.experiment import Experiment, ExperimentError, experiments, find
from attnkit.experiments.failures import UnitsFailed
from attnkit.experiments.processes import ProcessPool
from attnkit.experiments.runner import run
from attnkit.experiments.store import load

__all__ = [
    "Experiment",
    "ExperimentError",
    "ProcessPool",
    "UnitsFailed",
    "experiments",
    "find",
    "global_seed",
    "load",
    "run",
]
