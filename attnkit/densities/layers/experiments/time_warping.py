"""The time-warping simulation: two heads, one for each half of a time that nobody sees.

Trajectories, value functions (64 bumps) and heads are as printed. Text and released code of the
paper disagree on the fastest clock (25 and 20) and the code trains for ten epochs at a rate of
1e-5, on 75 per cent of the series; here validation stops a training at 3e-3, on 60 per cent.
"""

from functools import cache

import torch

from attnkit.densities.layers.experiments.baselines import logistic_regression, nearest_neighbour
from attnkit.densities.layers.experiments.encoder import Classifier
from attnkit.densities.layers.experiments.heads import heads_for
from attnkit.densities.layers.experiments.training import (
    Examples,
    Plan,
    chosen_by_validation,
    split,
)
from attnkit.densities.layers.experiments.warping import Warped, simulate, unwarped_means
from attnkit.densities.values import RadialBasis, RidgeValueFunction
from attnkit.densities.values.tabulated import TabulatedValues

__all__ = ["run_time_warping"]

_BASIS = RadialBasis.on_grid(32, (0.1, 0.5), dtype=torch.float64)
_RIDGE, _TABLE = 0.01, 513
BASELINES = {"nearest neighbour": nearest_neighbour, "logistic regression": logistic_regression}


@cache
def _examples(seed: int, n_series: int, fastest: float, device: str) -> tuple[Warped, Examples]:
    """Trajectories, and their value functions: one fit serves all, as they share their times."""
    generator = torch.Generator().manual_seed(seed)
    warped = simulate(n_series, 95, fastest=fastest, generator=generator)
    fit = RidgeValueFunction(_BASIS, ridge=_RIDGE).fit(warped.times, warped.series.mT)
    table = fit(torch.linspace(0, 1, _TABLE, dtype=torch.float64)).mT.unsqueeze(-1)
    table, signal = table.float().to(device), warped.series.float().unsqueeze(-1).to(device)
    times = warped.times.float().to(device).expand(n_series, -1)
    samples = (times, signal, torch.ones_like(times, dtype=torch.bool))
    labels = warped.labels.to(device)
    return warped, Examples(signal, lambda rows: TabulatedValues(table[rows]), samples, labels)


def _perfect(warped: Warped, examples: Examples, test: torch.Tensor) -> dict[str, float]:
    """Accuracy of attention that knows each clock, on the fitted functions and between samples."""
    fitted = examples.values(torch.arange(len(warped.labels)))
    functions = {"test": fitted, "between_samples": TabulatedValues(examples.signal)}
    right = {
        name: unwarped_means(lambda t, read=read: read(t.float()).squeeze(-1).double(), warped)
        .argmax(-1)
        .eq(warped.labels)
        for name, read in functions.items()
    }
    return {name: float(each[test].double().mean()) for name, each in right.items()}


def run_time_warping(case: dict, *, seed: int, device: str) -> dict:
    """Accuracy on the test part of one method; a seed fixes series, split and start for all."""
    warped, examples = _examples(seed, case["series"], case["fastest"], device)
    parts = split(len(warped.labels), generator=torch.Generator().manual_seed(1000 + seed))
    if case["method"] == "known clock":
        return _perfect(warped, examples, parts[-1])
    if case["method"] in BASELINES:
        return BASELINES[case["method"]](examples.signal.flatten(1), examples.labels, parts)
    plan = Plan(tuple(case["rates"]), case["epochs"], case["patience"], case["batch"])

    def build() -> Classifier:
        return Classifier(heads_for(case, 1), n_times=95, n_features=1, n_classes=2)

    return chosen_by_validation(build, examples, parts, plan, seed=seed)._asdict()
