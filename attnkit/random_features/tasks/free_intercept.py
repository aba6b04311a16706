"""Ridge regression on frozen features, with an intercept that costs nothing."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.random_features.ridge import dual_system
from attnkit.random_features.tasks.samples import gaussian

__all__ = ["FREE_INTERCEPT"]


def designs(generator, variant):
    """Fewer features than samples, then more, with means that are not zero."""
    for n_samples, n_features in ((3, 1), (11, 4), (variant["n_samples"], 61)):
        features = gaussian(generator, n_samples + 5, n_features) + 2.0
        yield {
            "features": features[5:],
            "targets": 3.0 + gaussian(generator, n_samples),
            "level": variant["level"],
            "new_features": features[:5],
        }


@law(
    "free intercept", "Adding a constant to all targets adds it to all predictions.", cases=designs
)
def free_intercept(answer, features, targets, level, new_features):
    raised = answer(features, targets + 10.0, level, new_features)
    given = answer(features, targets, level, new_features)
    return compare.against(raised - given, torch.full_like(given, 10.0), what="the rises")


@law(
    "origin",
    "Moving the origin of all features, old and new, changes no prediction.",
    cases=designs,
)
def origin(answer, features, targets, level, new_features):
    given = answer(features, targets, level, new_features)
    moved = answer(features + 4.0, targets, level, new_features + 4.0)
    if not compare.agree(moved, given):
        return "the predictions change when 4 is added to every feature"
    return None


@law("heavy penalty", "An enormous level leaves the mean of the targets.", cases=designs)
def heavy_penalty(answer, features, targets, level, new_features):
    found = answer(features, targets, 1e12, new_features)
    return compare.against(found, targets.mean().expand(5), what="at level 1e12 the predictions")


@law("other form", "It agrees with the fit in the samples' coefficients.", cases=designs)
def other_form(answer, features, targets, level, new_features):
    centre = features.mean(0)
    system = dual_system(features @ features.mT, targets[:, None])
    coefficients = system.solve(torch.tensor([level], dtype=torch.float64))[:, 0]
    wanted = targets.mean() + (new_features - centre) @ ((features - centre).mT @ coefficients)
    found = answer(features, targets, level, new_features)
    return compare.against(found, wanted, what="the predictions")


FREE_INTERCEPT = Task(
    name="free-intercept",
    title="An intercept that costs nothing",
    kind="implement",
    difficulty=2,
    minutes=20,
    statement=r"""
Fit the values of a frozen layer. Write `ridge_predict(features, targets, level, new_features)`:
minimise $\sum_s (y_s - b - \langle w, \varphi_s\rangle)^2 + \lambda |w|^2$ over $w$ **and** $b$,
where only $w$ is penalised, and return the predictions for `new_features`. Shapes are
`(sample, feature)`, `(sample,)` and `(new sample, feature)`, all float64; $\lambda = {level}$ at
first, with {n_samples} samples of 61 features among the tries. The model of the chapter predicts
*deviations from a mean* because of this intercept; your laws will notice if it is penalised, or
forgotten.
""",
    hints=(
        "Set the derivative in $b$ to zero first. What does it say about the mean residual?",
        "Put the best $b$ back: a problem without intercept remains, for other features and "
        "targets.",
        "The mean that is taken off the new features is part of the fitted model, like the mean of "
        "the targets: both come from the samples that were fitted.",
    ),
    placeholder='''
def ridge_predict(features, targets, level, new_features):
    """Predictions (new sample,) for new_features, fitted on features and targets."""
    return new_features[:, 0] * float("nan")
''',
    laws=(free_intercept, origin, heavy_penalty, other_form),
    variants={"level": (0.5, 2.0, 0.1), "n_samples": (29, 23, 37)},
)
