"""Correlated inputs: do the heads find the predicted preconditioner?"""

import torch

from attnkit.experiments import Experiment
from attnkit.icl.evaluation import excess_risk, risk
from attnkit.icl.experiments.common import (
    PAPER,
    SOURCE,
    balanced,
    common_prompts,
    finished,
    source_of_chance,
)
from attnkit.icl.predictors import BayesRidge, DebiasedGradientDescent
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory import best_debiased_preconditioner

__all__ = ["ANISOTROPIC", "autoregressive_covariance"]


def autoregressive_covariance(d: int, correlation: float) -> torch.Tensor:
    """Entry (i, j) is correlation^|i - j|, as in the authors' code; float64."""
    places = torch.arange(d)
    return correlation ** (places[:, None] - places).abs().double()


def run(case: dict, *, seed: int, device: str) -> dict:
    """Compare sum_h mu_h KQ_h with P, relative to the size of P."""
    covariance = autoregressive_covariance(PAPER["d"], case["correlation"])
    task, chance = RegressionTask(**PAPER, covariance=covariance), source_of_chance(seed, device)
    circuits = finished(task, balanced(task, case, chance), case, chance).circuits
    wanted = best_debiased_preconditioner(task)[0]
    learned = circuits.effective_preconditioner[:, 0].double().cpu()
    best = DebiasedGradientDescent(wanted)
    prompts = common_prompts(task, case["n_prompts"], device)
    return {
        "distance": ((learned - wanted).norm(dim=(-1, -2)) / wanted.norm()).tolist(),
        "excess_risk": excess_risk(circuits, best, prompts).mean.tolist(),
        "preconditioned_risk": risk(best, prompts).mean.item(),
        "ridge_risk": risk(BayesRidge(task.noise_variance), prompts).mean.item(),
        "best_multiple_of_inverse": _distance_to_line(torch.linalg.inv(covariance), wanted),
        "best_multiple_of_identity": _distance_to_line(torch.eye(task.d).double(), wanted),
    }


def _distance_to_line(direction: torch.Tensor, wanted: torch.Tensor) -> float:
    """Relative distance of `wanted` to the nearest multiple of `direction`."""
    multiple = (direction * wanted).sum() / direction.square().sum()
    return ((multiple * direction - wanted).norm() / wanted.norm()).item()


def _case(n_inits: int, steps: int, n_prompts: int) -> dict:
    return {
        "n_heads": 2,
        "n_inits": n_inits,
        "correlation": 0.5,
        "steps": steps,
        "learning_rate": 1e-2,
        "n_prompts": n_prompts,
    }


ANISOTROPIC = Experiment(
    name="icl-anisotropic",
    title="The preconditioner that heads learn from correlated inputs",
    source=SOURCE + "; the optimum is derived here",
    cases={
        "quick": [_case(4, 1000, 4000)],
        "full": [_case(16, 3000, 20_000)],
        "paper": [_case(32, 20_000, 100_000)],
    },
    seeds={"quick": 1, "full": 4, "paper": 5},
    run=run,
)
