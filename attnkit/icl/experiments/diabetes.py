"""Heads trained on Gaussian prompts, asked about real patients."""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.icl.evaluation import risk
from attnkit.icl.experiments.common import SOURCE, balanced, finished, source_of_chance
from attnkit.icl.predictors import BayesRidge, DebiasedGradientDescent, LeastSquares
from attnkit.icl.prompts import prompts_from_rows
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory import best_debiased_preconditioner

__all__ = ["DIABETES", "diabetes_rows", "laws_for"]


def diabetes_rows() -> tuple[Float[Tensor, "rows features"], Float[Tensor, " rows"]]:
    """442 patients: ten measurements, and disease progression a year later, all standardised.

    Raises
    ------
    ModuleNotFoundError
        If scikit-learn, whose package carries the data, is not installed.

    References
    ----------
    Efron, Hastie, Johnstone, Tibshirani (2004), Least angle regression.
    """
    try:
        from sklearn.datasets import load_diabetes
    except ModuleNotFoundError:
        hint = 'scikit-learn carries the data; install it with `pip install "attnkit[data]"`'
        raise ModuleNotFoundError(hint, name="sklearn") from None
    features, target = load_diabetes(return_X_y=True, scaled=False)
    features, target = torch.from_numpy(features).double(), torch.from_numpy(target).double()
    return _standardised(features).float(), _standardised(target).float()


def _standardised(columns: Tensor) -> Tensor:
    return (columns - columns.mean(0)) / columns.std(0)


def laws_for(
    features: Float[Tensor, "rows d"], target: Float[Tensor, " rows"], n_examples: int
) -> dict[str, RegressionTask]:
    """Three guesses at the law of the rows, from the paper's to one that has seen all of them.

    "paper" is isotropic with noise 0.1. "right noise" takes the variance that least squares
    leaves on all rows. "right noise and covariance" takes the rows' covariance as well, with a
    prior that explains the rest of the variance. The last two peek at the rows they will be
    asked about.
    """
    rows, d = features.shape
    fitted = features @ torch.linalg.lstsq(features, target[:, None]).solution
    noise = float((target - fitted[:, 0]).square().sum() / (rows - d))
    covariance = (features.mT @ features / rows).double()
    signal = (1 - noise) * torch.eye(d, dtype=torch.float64) / d
    shared = {"d": d, "n_examples": n_examples}
    return {
        "paper": RegressionTask(**shared, noise_variance=0.1),
        "right noise": RegressionTask(**shared, noise_variance=noise, prior=signal),
        "right noise and covariance": RegressionTask(
            **shared, noise_variance=noise, covariance=covariance, prior=signal
        ),
    }


def run(case: dict, *, seed: int, device: str) -> dict:
    """Draw features for this seed, train on each law, and ask about the same real prompts."""
    chance = source_of_chance(seed, device)
    rows, target = (column.to(device) for column in diabetes_rows())
    kept = torch.randperm(rows.shape[1], generator=chance, device=device)[: case["d"]]
    rows = rows[:, kept.sort().values]
    prompts = prompts_from_rows(
        rows, target, n_prompts=case["n_prompts"], n_examples=case["n_examples"], generator=chance
    )
    laws = laws_for(rows.cpu(), target.cpu(), case["n_examples"])
    matched = laws["right noise"]
    found = {
        "noise_variance": matched.noise_variance,
        "zero": risk(DebiasedGradientDescent(0.0), prompts).mean.item(),
        "least squares": risk(LeastSquares(), prompts).mean.item(),
        "ridge": risk(BayesRidge(matched.noise_variance, matched.prior), prompts).mean.item(),
    }
    for name, law in laws.items():
        circuits = finished(law, balanced(law, case, chance), case, chance).circuits
        descent = DebiasedGradientDescent(best_debiased_preconditioner(law))
        found[f"heads, {name}"] = risk(circuits, prompts).mean.tolist()
        found[f"descent, {name}"] = risk(descent, prompts).mean.item()
    return found


def _case(n_examples: int, n_inits: int, steps: int, n_prompts: int) -> dict:
    return {
        "d": 5,
        "n_examples": n_examples,
        "n_heads": 2,
        "n_inits": n_inits,
        "steps": steps,
        "learning_rate": 1e-2,
        "n_prompts": n_prompts,
    }


DIABETES = Experiment(
    name="icl-diabetes",
    title="Heads trained on Gaussian prompts, asked about 442 real patients",
    source="Ours; the heads are those of " + SOURCE,
    cases={
        "quick": [_case(40, 2, 300, 2000)],
        "full": [_case(20, 4, 1500, 4000), _case(40, 4, 1500, 4000)],
    },
    seeds={"quick": 1, "full": 5},
    run=run,
)
