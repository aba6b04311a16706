"""What the moving figures replay: checkpoints of three trainings, and the risk along the valley.

Both are package data. They are made again by

    attnkit reproduce icl-checkpoints --scale full --out attnkit/icl/recorded
    attnkit reproduce icl-valley --scale full --out attnkit/icl/recorded
"""

import torch

from attnkit.experiments import Experiment
from attnkit.icl.circuits import Circuits
from attnkit.icl.emergence import measure_patterns
from attnkit.icl.evaluation import excess_risk, risk
from attnkit.icl.experiments.common import (
    PAPER,
    SOURCE,
    common_prompts,
    finished,
    source_of_chance,
)
from attnkit.icl.heads import DirectHeads, Heads, balance_signs
from attnkit.icl.predictors import DebiasedGradientDescent
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory import debiased_gradient_descent_rate, head_moments
from attnkit.icl.training import TrainingRun

__all__ = ["CHECKPOINTS", "VALLEY"]

_STUCK_ABOVE = 0.33


def record_checkpoints(case: dict, *, seed: int, device: str) -> dict:
    """Train one start and keep the matrices and the risk at every checkpoint."""
    task, chance = RegressionTask(**PAPER), source_of_chance(seed, device)
    size = {"n_heads": 2, "n_seeds": case["n_inits"], "generator": chance}
    starts = {
        "balanced": lambda: balance_signs(Heads(task, **size)),
        "chance": lambda: Heads(task, **size),
        "small": lambda: DirectHeads(task, **size, size=0.03),
    }
    run = finished(task, starts[case["start"]](), case, chance)
    prompts = common_prompts(task, case["n_prompts"], device)
    stuck = risk(run.circuits, prompts).mean > _STUCK_ABOVE
    chosen = int(stuck.int().argmax())  # the first that is stuck, or the first
    return {"step": run.steps, **_history(run, chosen, prompts)}


def _history(run: TrainingRun, chosen: int, prompts) -> dict:
    best = DebiasedGradientDescent(debiased_gradient_descent_rate(**PAPER))
    states = [checkpoint[chosen] for checkpoint in run.checkpoints]
    stacked = Circuits(
        torch.stack([state.key_query for state in states]),
        torch.stack([state.output_value for state in states]),
    )
    return {
        "key_query": _rounded(stacked.key_query),
        "output_value": _rounded(stacked.output_value[..., 0, :]),
        "excess_risk": _rounded(excess_risk(stacked, best, prompts).mean),
        "emerged": measure_patterns(stacked).emerged.tolist(),
    }


def _rounded(tensor: torch.Tensor) -> list:
    return tensor.double().round(decimals=4).tolist()


def record_valley(case: dict, *, seed: int, device: str) -> dict:
    """Moments of the symmetric pair (omega, mu), (-omega, -mu): risk = S - 2 h mu + q mu^2."""
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64)
    table: dict[str, list[float]] = {}
    for scale in case["scales"]:
        moments = head_moments(
            scale * signs,
            *PAPER.values(),
            n_draws=case["n_draws"],
            generator=source_of_chance(seed, "cpu"),
        )
        hit = moments.hit @ signs
        form = torch.einsum("i,nij,j->n", signs, moments.form, signs)
        steps = torch.stack([hit, form]).diff()  # within strata, as in HeadMoments.risk
        spread = steps @ steps.mT / (2 * steps.shape[1] * len(hit))
        for name, value in (
            ("hit", hit.mean()),
            ("form", form.mean()),
            ("hit_variance", spread[0, 0]),
            ("covariance", spread[0, 1]),
            ("form_variance", spread[1, 1]),
        ):
            table.setdefault(name, []).append(value.item())
    return table


def _scales(count: int) -> list[float]:
    return [round(0.6 * (index + 1) / count, 6) for index in range(count)]


def _checkpoints(start: str, n_inits: int, steps: int) -> dict:
    shared = {"steps": steps, "learning_rate": 2e-2, "n_prompts": 20_000}
    return {"start": start, "n_inits": n_inits, **shared}


_left_to_chance = [_checkpoints(start, 16, 1000) for start in ("chance", "small")]

CHECKPOINTS = Experiment(
    name="icl-checkpoints",
    title="Checkpoints of a training that emerges and of two that are stuck",
    source=SOURCE,
    cases={
        "quick": [_checkpoints("balanced", 1, 200)],
        "full": [_checkpoints("balanced", 1, 1000), *_left_to_chance],
    },
    seeds={"quick": 1, "full": 1},
    run=record_checkpoints,
)

VALLEY = Experiment(
    name="icl-valley",
    title="Risk of a symmetric pair of heads over scale and gain, on common draws",
    source="Derived here",
    cases={
        "quick": [{"scales": _scales(6), "n_draws": 2000}],
        "full": [{"scales": _scales(60), "n_draws": 60_000}],
    },
    seeds={"quick": 1, "full": 1},
    run=record_valley,
)
