"""Gestures with most of their points taken away, and the functions fitted to the rest."""

import os
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.data import gestures, uwave
from attnkit.densities.layers.experiments.training import Examples
from attnkit.densities.values import RadialBasis, RidgeValueFunction
from attnkit.densities.values.tabulated import TabulatedValues
from attnkit.experiments import ExperimentError

__all__ = ["FittedSeries", "fitted_gestures", "fitted_uwave"]

_BASIS = RadialBasis.on_grid(64, (0.03, 0.1), dtype=torch.float64)
_RIDGE = 0.01
_TABLE, _SIGNAL = 513, 100


class FittedSeries(NamedTuple):
    """Examples, and the root-mean-square error of their value functions at the kept samples."""

    examples: Examples
    fit_error: float
    n_classes: int


def _uwave_from_environment() -> tuple[Tensor, Tensor]:
    """Gestures with their three axes one after another (series, 945, 1), as the paper has them."""
    path = os.environ.get("ATTNKIT_UWAVE")
    if not path:
        raise ExperimentError(
            "this scale reads uWave gestures: set the environment variable ATTNKIT_UWAVE to an "
            ".npz file as attnkit.data.uwave describes it"
        )
    series, labels = uwave(path)
    return series.mT.flatten(1).unsqueeze(-1), labels


@cache
def fitted_uwave(seed: int, share: float, device: str) -> FittedSeries:
    """A random share of the points of every uWave gesture; the seed chooses which."""
    series, labels = _uwave_from_environment()
    generator = torch.Generator().manual_seed(seed)
    n_series, n_times, n_features = series.shape
    n_kept = round(share * n_times)
    order = torch.rand(n_series, n_times, generator=generator).argsort(-1)
    kept = order[:, :n_kept].sort(-1).values
    values = series.gather(1, kept.unsqueeze(-1).expand(-1, -1, n_features))
    counts = torch.ones_like(kept, dtype=torch.bool)
    return _fitted(kept.double() / (n_times - 1), values, counts, labels, device)


@cache
def fitted_gestures(seed: int, share: float, device: str) -> FittedSeries:
    """A random share of the points of every bundled gesture, eight at least; label: the subject."""
    series, labels = gestures()
    generator = torch.Generator().manual_seed(seed)
    times, values = [], []
    for one in series:
        n_kept = max(8, round(share * len(one)))
        kept = torch.randperm(len(one), generator=generator)[:n_kept].sort().values
        times.append(kept.double() / (len(one) - 1))
        values.append(one[kept])
    counts = [torch.ones(len(one), dtype=torch.bool) for one in times]
    times, values, counts = (
        torch.nn.utils.rnn.pad_sequence(part, batch_first=True) for part in (times, values, counts)
    )
    values = torch.where(counts, (values - values[counts].mean()) / values[counts].std(), 0.0)
    return _fitted(times, values.unsqueeze(-1), counts, labels, device)


def _fitted(
    times: Tensor, values: Tensor, counts: Tensor, labels: Tensor, device: str
) -> FittedSeries:
    """Value functions of all series, tabulated once."""
    fit = RidgeValueFunction(_BASIS, ridge=_RIDGE).fit(times, values.double(), counts)
    table, signal = (
        fit(torch.linspace(0, 1, n_points, dtype=torch.float64)).float().to(device)
        for n_points in (_TABLE, _SIGNAL)
    )
    classes, labels = labels.unique(return_inverse=True)
    samples = (times.float().to(device), values.float().to(device), counts.to(device))
    examples = Examples(
        signal, lambda rows: TabulatedValues(table[rows]), samples, labels.to(device)
    )
    error = float(fit.diagnostics.root_mean_square_error.square().mean().sqrt())
    return FittedSeries(examples, error, len(classes))
