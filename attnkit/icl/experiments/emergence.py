"""Do softmax heads become debiased gradient descent, how soon, and how exactly?"""

import time

from attnkit.experiments import Experiment
from attnkit.icl.emergence import emergence_steps, measure_patterns
from attnkit.icl.evaluation import excess_risk
from attnkit.icl.experiments.common import (
    PAPER,
    SOURCE,
    balanced,
    common_prompts,
    finished,
    source_of_chance,
)
from attnkit.icl.predictors import DebiasedGradientDescent
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory import debiased_gradient_descent_rate

__all__ = ["EMERGENCE"]


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train one batch of initialisations and measure every pattern at the end."""
    task, chance = RegressionTask(**PAPER), source_of_chance(seed, device)
    heads = balanced(task, case, chance)
    start = time.process_time()
    training = finished(task, heads, case, chance)
    seconds = time.process_time() - start
    circuits, patterns = training.circuits, measure_patterns(training.circuits)
    best = DebiasedGradientDescent(debiased_gradient_descent_rate(**PAPER))
    gap = excess_risk(circuits, best, common_prompts(task, case["n_prompts"], device))
    return {
        "emerged": patterns.emerged.tolist(),
        "first_step": emergence_steps(training),
        "excess_risk": gap.mean.tolist(),
        "excess_risk_standard_error": gap.standard_error.tolist(),
        "sum_of_products": (circuits.scales * circuits.gains).sum(-1).tolist(),
        "zero_sum_ratio": patterns.zero_sum_ratio.tolist(),
        "diagonal_energy": patterns.diagonal_energy.tolist(),
        "scale": circuits.scales.abs().mean(-1).tolist(),
        "cpu_s": seconds,
    }


def _case(n_inits: int, steps: int, learning_rate: float, n_prompts: int) -> dict:
    return {
        "n_heads": 2,
        "n_inits": n_inits,
        "steps": steps,
        "learning_rate": learning_rate,
        "n_prompts": n_prompts,
    }


EMERGENCE = Experiment(
    name="icl-emergence",
    title="Emergence of debiased gradient descent in two softmax heads",
    source=SOURCE,
    cases={
        "quick": [_case(8, 600, 2e-2, 5000)],
        "full": [_case(32, 1000, 2e-2, 20_000), _case(32, 3000, 1e-2, 20_000)],
        "paper": [_case(1, 500_000, 1e-3, 100_000)],
    },
    seeds={"quick": 1, "full": 3, "paper": 5},
    run=run,
)
