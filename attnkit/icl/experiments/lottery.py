"""The sign lottery: how often do heads left to chance end with both signs?"""

from attnkit.experiments import Experiment
from attnkit.icl.circuits import Circuits
from attnkit.icl.evaluation import risk
from attnkit.icl.experiments.common import (
    PAPER,
    SOURCE,
    common_prompts,
    finished,
    source_of_chance,
)
from attnkit.icl.heads import DirectHeads, Heads
from attnkit.icl.regression_task import RegressionTask

__all__ = ["LOTTERY"]

# Between the risk of debiased descent, 0.243, and of one head, 0.405.
_SUCCESS_BELOW = 0.33
_SMALL = 0.03


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train unbalanced initialisations; count successes and look at the stuck ones."""
    task, chance = RegressionTask(**PAPER), source_of_chance(seed, device)
    size = {"n_heads": case["n_heads"], "n_seeds": case["n_inits"], "generator": chance}
    starts = {
        "small": lambda: DirectHeads(task, **size, size=_SMALL),
        "default": lambda: Heads(task, **size),
    }
    circuits = finished(task, starts[case["start"]](), case, chance).circuits
    risks = risk(circuits, common_prompts(task, 4000, device)).mean
    won = risks < _SUCCESS_BELOW
    return {
        "won": int(won.sum()),
        "of": len(won),
        "risks": risks.tolist(),
        "stuck_antisymmetric_share": _antisymmetric_share(circuits[~won]),
    }


def _antisymmetric_share(circuits: Circuits) -> list[float] | None:
    """For each stuck pair of heads, how much of KQ_1 - KQ_2 is antisymmetric (squared size)."""
    if circuits.key_query.shape[-3] != 2:
        return None
    d = circuits.key_query.shape[-1]
    inputs = circuits.key_query[..., :d, :]
    difference = inputs[..., 0, :, :] - inputs[..., 1, :, :]
    antisymmetric = (difference - difference.mT) / 2
    share = antisymmetric.square().sum((-1, -2)) / difference.square().sum((-1, -2))
    return share.tolist()


def _cases(n_inits: int, steps: int, heads: tuple[int, ...]) -> list[dict]:
    shared = {"n_inits": n_inits, "steps": steps, "learning_rate": 2e-2}
    return [
        {"start": start, "n_heads": n_heads, **shared}
        for start in ("small", "default")
        for n_heads in heads
    ]


LOTTERY = Experiment(
    name="icl-lottery",
    title="The sign lottery: success of unbalanced initialisations against the number of heads",
    source="Derived here; initialisation as in the public code of " + SOURCE,
    cases={
        "quick": _cases(16, 300, (2,)),
        "full": _cases(32, 500, (2, 3, 4, 6)),
        "paper": _cases(32, 2000, (2, 3, 4, 6, 8)),
    },
    seeds={"quick": 1, "full": 6, "paper": 16},
    run=run,
)
