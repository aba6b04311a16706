"""What is to be run: an experiment at one scale, its units, and the device."""

from dataclasses import dataclass

import torch

from attnkit.experiments.experiment import Experiment, ExperimentError, find
from attnkit.experiments.units import Units

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """The units of one scale of an experiment, on one device."""

    experiment: Experiment
    scale: str
    units: Units
    device: str

    @classmethod
    def of(
        cls, experiment: Experiment | str, *, scale: str, seeds: int | None, device: str
    ) -> "Plan":
        """Plan an experiment, or the one of this name."""
        experiment = find(experiment) if isinstance(experiment, str) else experiment
        if device not in ("cpu", "cuda"):
            raise ExperimentError(f"device must be cpu or cuda, got {device!r}")
        if device == "cuda" and not torch.cuda.is_available():
            raise ExperimentError("device is cuda, but torch finds no CUDA device; use cpu")
        return cls(experiment, scale, experiment.units(scale, seeds), device)

    @property
    def name(self) -> str:
        """The experiment's name."""
        return self.experiment.name

    @property
    def title(self) -> str:
        """What a progress bar says."""
        return f"{self.name} ({self.scale})"

    def where(self, place: int) -> str:
        """Name the unit at a place: experiment, case and seed."""
        case, seed = self.units[place]
        return f"{self.name}, case {case}, seed {seed}"
