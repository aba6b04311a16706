"""Risk against the number of heads, and over prompt length and noise."""

from attnkit.experiments import Experiment
from attnkit.icl.evaluation import RiskEstimate, excess_risk, risk
from attnkit.icl.experiments.common import (
    PAPER,
    SOURCE,
    balanced,
    common_prompts,
    finished,
    source_of_chance,
)
from attnkit.icl.predictors import BayesRidge, DebiasedGradientDescent, GradientDescent
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory import debiased_gradient_descent_rate, gradient_descent_rate

__all__ = ["GRID", "HEADS"]


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train sign-balanced heads on one setting and compare with what theory predicts."""
    setting = {name: case.get(name, default) for name, default in PAPER.items()}
    task, chance = RegressionTask(**setting), source_of_chance(seed, device)
    circuits = finished(task, balanced(task, case, chance), case, chance).circuits
    prompts = common_prompts(task, case["n_prompts"], device)
    debiased = DebiasedGradientDescent(debiased_gradient_descent_rate(**setting))
    plain = GradientDescent(gradient_descent_rate(**setting))
    ridge = BayesRidge(setting["noise_variance"])
    return {
        **_listed("excess_risk", excess_risk(circuits, debiased, prompts)),
        **_listed("plain_excess_risk", excess_risk(plain, debiased, prompts)),
        **_listed("ridge_excess_risk", excess_risk(ridge, debiased, prompts)),
        **_listed("debiased_risk", risk(debiased, prompts)),
        "sum_of_products": (circuits.scales * circuits.gains).sum(-1).tolist(),
    }


def _listed(name: str, estimate: RiskEstimate) -> dict:
    return {
        name: estimate.mean.tolist(),
        f"{name}_standard_error": estimate.standard_error.tolist(),
    }


def _case(n_prompts: int, **changed: float) -> dict:
    usual = {"n_heads": 2, "n_inits": 4, "steps": 800, "learning_rate": 2e-2}
    return usual | changed | {"n_prompts": n_prompts}


_LENGTHS, _NOISES = (10, 20, 40, 80, 160), (0.01, 0.1, 0.3, 1.0, 3.0)

HEADS = Experiment(
    name="icl-heads",
    title="Risk against the number of heads",
    source=SOURCE,
    cases={
        "quick": [_case(4000, n_heads=n, steps=400) for n in (1, 2)],
        "full": [_case(20_000, n_heads=n, n_inits=8, steps=1500) for n in (1, 2, 3, 4, 8)],
        "paper": [
            _case(100_000, n_heads=n, n_inits=1, steps=500_000, learning_rate=1e-3)
            for n in (1, 2, 4, 8)
        ],
    },
    seeds={"quick": 1, "full": 3, "paper": 5},
    run=run,
)

GRID = Experiment(
    name="icl-grid",
    title="Trained heads over prompt length and noise, against debiased descent and Bayes",
    source=SOURCE + "; the grid is ours",
    cases={
        "quick": [_case(4000, n_examples=40, noise_variance=s, steps=400) for s in (0.1, 1.0)],
        "full": [
            _case(10_000, n_examples=n_examples, noise_variance=noise)
            for n_examples in _LENGTHS
            for noise in _NOISES
        ],
        "paper": [
            _case(100_000, n_examples=n_examples, noise_variance=noise, steps=20_000)
            for n_examples in _LENGTHS
            for noise in _NOISES
        ],
    },
    seeds={"quick": 1, "full": 2, "paper": 5},
    run=run,
)
