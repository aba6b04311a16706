"""Gestures from a tenth of their points: every attention, by number of heads, and two baselines."""

import torch

from attnkit.densities.layers.experiments.baselines import logistic_regression, nearest_neighbour
from attnkit.densities.layers.experiments.encoder import Classifier
from attnkit.densities.layers.experiments.gesture_data import fitted_gestures, fitted_uwave
from attnkit.densities.layers.experiments.heads import heads_for
from attnkit.densities.layers.experiments.training import Plan, chosen_by_validation, split

__all__ = ["run_uwave"]

SERIES = {"uwave": fitted_uwave, "gestures": fitted_gestures}
BASELINES = {"nearest neighbour": nearest_neighbour, "logistic regression": logistic_regression}


def run_uwave(case: dict, *, seed: int, device: str) -> dict:
    """Accuracy on the test part of one method; a seed fixes points, split and start for all."""
    series = SERIES[case["data"]](seed, case["share"], device)
    examples = series.examples
    parts = split(len(examples.labels), generator=torch.Generator().manual_seed(1000 + seed))
    if case["method"] in BASELINES:
        found = BASELINES[case["method"]](examples.signal.flatten(1), examples.labels, parts)
        return {**found, "fit_error": series.fit_error}
    n_times, n_features = examples.signal.shape[1:]

    def build() -> Classifier:
        sizes = {"n_times": n_times, "n_features": n_features, "n_classes": series.n_classes}
        return Classifier(heads_for(case, n_features), **sizes)

    plan = Plan(tuple(case["rates"]), case["epochs"], case["patience"], case["batch"])
    return chosen_by_validation(build, examples, parts, plan, seed=seed)._asdict()
