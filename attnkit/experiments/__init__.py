"""Runs reproductions: seeds, progress, resuming, recorded results and their provenance."""

from attnkit.experiments.experiment import Experiment, ExperimentError, experiments, find
from attnkit.experiments.runner import run
from attnkit.experiments.store import load

__all__ = ["Experiment", "ExperimentError", "experiments", "find", "load", "run"]
