"""What anyone would try first on sets of frames: the last frame, a linear fit, a forest."""

import torch
from torch import Tensor

from attnkit.random_features.penalties import GeneralisedCrossValidation
from attnkit.random_features.ridge import primal_system
from attnkit.random_features.vowels import Task, pooled

__all__ = ["BASELINES", "linear", "query_as_answer", "trees"]

N_TREES = 300


def query_as_answer(train: Task, test: Task, seed: int) -> Tensor:
    """The query itself where it has the targets' width (a forecast of no change), or their mean."""
    if train.targets.shape[1] == test.queries.shape[1]:
        return test.queries
    return train.targets.mean(dim=0).expand_as(test.targets)


def linear(train: Task, test: Task, seed: int) -> Tensor:
    """Ridge regression on pooled summaries, level by generalised cross-validation."""
    features = pooled(train)
    system = primal_system(features, train.targets)
    coefficients = system.solve(GeneralisedCrossValidation()(system))
    centred = pooled(test) - features.mean(dim=0)
    return train.targets.mean(dim=0) + centred @ coefficients


def trees(train: Task, test: Task, seed: int) -> Tensor:
    """Extremely randomised trees on pooled summaries (scikit-learn, its defaults)."""
    from sklearn.ensemble import ExtraTreesRegressor

    forest = ExtraTreesRegressor(N_TREES, random_state=seed)
    forest.fit(pooled(train).numpy(), train.targets.numpy())
    return torch.from_numpy(forest.predict(pooled(test).numpy()))


BASELINES = {"query as answer": query_as_answer, "linear": linear, "trees": trees}
