"""Two regressions of the same inputs: heads against tasks."""

import torch

from attnkit.experiments import Experiment
from attnkit.icl.evaluation import risk
from attnkit.icl.experiments.common import (
    SOURCE,
    balanced,
    common_prompts,
    finished,
    source_of_chance,
)
from attnkit.icl.predictors import DebiasedGradientDescent
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory import best_debiased_preconditioner, shared_risk

__all__ = ["TWO_TASKS", "overlapping_tasks"]


def overlapping_tasks(overlap: int = 2, *, support: int = 4, n_tasks: int = 2) -> RegressionTask:
    """Tasks that each read `support` coordinates, neighbours sharing `overlap` of them.

    With the defaults: six coordinates, the first task on 0-3 and the second on 2-5, 48 examples,
    noise 0.1, weights of variance 1/4 on the support.
    """
    stride = support - overlap
    d = support + stride * (n_tasks - 1)
    prior = torch.zeros(n_tasks, d, d, dtype=torch.float64)
    for task in range(n_tasks):
        places = range(task * stride, task * stride + support)
        prior[task, places, places] = 1 / support
    return RegressionTask(d=d, n_examples=8 * d, noise_variance=0.1, prior=prior)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train heads on both tasks at once; compare with the best that many heads could do."""
    task, chance = overlapping_tasks(case["overlap"]), source_of_chance(seed, device)
    circuits = finished(task, balanced(task, case, chance), case, chance).circuits
    prompts = common_prompts(task, case["n_prompts"], device)
    best = DebiasedGradientDescent(best_debiased_preconditioner(task))
    first = circuits[0]
    gains = first.output_value[..., task.d :].diagonal(dim1=-2, dim2=-1)
    diagonals = first.key_query[:, : task.d].diagonal(dim1=-2, dim2=-1)
    alone = case["n_heads"] == 1
    return {
        "risk": risk(circuits, prompts).mean.tolist(),
        "best_risk": risk(best, prompts).mean.item(),
        "small_scale_bound": None if alone else shared_risk(task, case["n_heads"]).mean().item(),
        "gains_of_first": gains.tolist(),
        "diagonals_of_first": diagonals.tolist(),
    }


def _case(n_heads: int, steps: int, n_inits: int, n_prompts: int) -> dict:
    return {
        "n_heads": n_heads,
        "overlap": 2,
        "n_inits": n_inits,
        "steps": steps,
        "learning_rate": 2e-2,
        "n_prompts": n_prompts,
    }


TWO_TASKS = Experiment(
    name="icl-two-tasks",
    title="Two tasks served by one to five heads",
    source=SOURCE + "; the count of heads is derived here",
    cases={
        "quick": [_case(n, 500, 2, 4000) for n in (2, 3)],
        "full": [_case(n, 8000, 8, 20_000) for n in (1, 2, 3, 4, 5)],
        "paper": [_case(n, 500_000, 1, 100_000) for n in (3, 4)],
    },
    seeds={"quick": 1, "full": 2, "paper": 3},
    run=run,
)
