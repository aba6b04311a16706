"""Prompts of another length than in training: it is the normaliser that matters."""

from dataclasses import replace
from functools import partial

from attnkit.experiments import Experiment
from attnkit.icl.circuits import Circuits, linear_weights
from attnkit.icl.evaluation import risk
from attnkit.icl.experiments.common import (
    PAPER,
    SOURCE,
    balanced,
    common_prompts,
    finished,
    source_of_chance,
)
from attnkit.icl.heads import Heads
from attnkit.icl.predictors import BayesRidge, DebiasedGradientDescent
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory import debiased_gradient_descent_rate

__all__ = ["LENGTH"]


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train at length 40; evaluate at every test length on common prompts."""
    task = RegressionTask(**PAPER)
    trained = _trained(task, case, seed, device)
    rate = debiased_gradient_descent_rate(**PAPER)
    table: dict[str, list] = {}
    for n_examples in case["test_lengths"]:
        setting = PAPER | {"n_examples": n_examples}
        prompts = common_prompts(RegressionTask(**setting), case["n_prompts"], device)
        closed = {
            "ridge": BayesRidge(PAPER["noise_variance"]),
            "debiased, best rate": DebiasedGradientDescent(
                debiased_gradient_descent_rate(**setting)
            ),
            "debiased, rate of training": DebiasedGradientDescent(rate),
        }
        for name, predictor in {**closed, **trained}.items():
            table.setdefault(name, []).append(risk(predictor, prompts).mean.tolist())
    return table


def _trained(task: RegressionTask, case: dict, seed: int, device: str) -> dict[str, Circuits]:
    """Two softmax heads, one softmax head, and one linear head with its normaliser twice."""
    chance = source_of_chance(seed, device)
    pair, single = (
        finished(task, balanced(task, case | {"n_heads": n}, chance), case, chance).circuits
        for n in (2, 1)
    )
    lone = Heads(task, n_heads=1, n_seeds=case["n_inits"], generator=chance, weigh=linear_weights)
    linear = finished(task, lone, case, chance).circuits
    kept = partial(linear_weights, normaliser=task.n_examples)
    return {
        "softmax, two heads": pair,
        "softmax, one head": single,
        "linear, 1/L of the test": linear,
        "linear, 1/L of training": replace(linear, weigh=kept),
    }


def _case(n_prompts: int, steps: int, n_inits: int, lengths: list[int]) -> dict:
    return {
        "n_inits": n_inits,
        "steps": steps,
        "learning_rate": 1e-2,
        "n_prompts": n_prompts,
        "test_lengths": lengths,
    }


LENGTH = Experiment(
    name="icl-length",
    title="Risk at prompt lengths never trained on, and the normaliser behind it",
    source=SOURCE + ", abstract; the comparison of normalisers is ours",
    cases={
        "quick": [_case(2000, 500, 2, [10, 40, 120])],
        "full": [_case(10_000, 2000, 4, [10, 20, 40, 80, 120, 200, 400])],
        "paper": [_case(50_000, 20_000, 8, [10, 20, 40, 80, 120, 200, 400])],
    },
    seeds={"quick": 1, "full": 3, "paper": 5},
    run=run,
)
