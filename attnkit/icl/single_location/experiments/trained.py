"""A reader trained on fresh prompts: does it become the posterior mean?"""

import torch

from attnkit.experiments import Experiment
from attnkit.icl.single_location.experiments.common import (
    PAPER,
    descend,
    drawn,
    excess,
    fresh_reader,
)
from attnkit.icl.single_location.risks import bayes_location_risk, linear_location_risk

__all__ = ["SINGLE_LOCATION"]


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train with Adam on fresh prompts; excess risk, order parameters at the end and on the way."""
    generator = torch.Generator().manual_seed(seed)
    reader, path = (
        fresh_reader(case, generator),
        {"step": [0], "query": [], "value": [], "norm": []},
    )
    steps = descend(reader, lambda: drawn(case, 256, generator), case["steps"], 0.02)
    _note(reader, path)
    for step in steps:
        if step % (case["steps"] // 20) == 0:
            path["step"].append(step)
            _note(reader, path)
    law = (case["n_tokens"], case["signal"])
    risks = {"bayes": bayes_location_risk(*law), "linear": linear_location_risk(*law)}
    return {"excess": round(excess(reader, case), 6), **risks, **path}


def _note(reader, path: dict[str, list]) -> None:
    """Overlaps of query and key, of value and value, and the query's length."""
    path["query"].append(round(reader.query[0].item(), 4))
    path["value"].append(round(reader.value[1].item(), 4))
    path["norm"].append(round(reader.query.norm().item(), 4))


def _cases(lengths: tuple[int, ...], steps: int) -> list[dict]:
    law = {"d": 20, "signal": 16.0, "steps": steps}
    return [{"map": m, "n_tokens": n, **law} for n in lengths for m in ("softmax", "linear")]


SINGLE_LOCATION = Experiment(
    name="icl-single-location",
    title="One head on one marked token: softmax and linear attention against Bayes",
    source=PAPER,
    cases={"quick": _cases((20,), 400), "full": _cases((5, 20, 80), 2000)},
    seeds={"quick": 1, "full": 5},
    run=run,
)
