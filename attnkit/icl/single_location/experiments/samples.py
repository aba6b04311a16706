"""A reader trained on a few prompts that it sees again and again, and stopped in time."""

import torch

from attnkit.experiments import Experiment
from attnkit.icl.single_location.experiments.common import (
    PAPER,
    descend,
    drawn,
    excess,
    fresh_reader,
)
from attnkit.icl.single_location.risks import bayes_location_risk

__all__ = ["LOCATION_SAMPLES"]


def run(case: dict, *, seed: int, device: str) -> dict:
    """Risk over Bayes of the step that is best on as many prompts more, and of the last step."""
    generator = torch.Generator().manual_seed(seed)
    kept, held = (drawn(case, case["n_prompts"], generator) for _ in range(2))
    reader, best, loss = fresh_reader(case, generator), {}, float("inf")
    for _ in descend(reader, lambda: kept, case["steps"], 0.03):
        with torch.no_grad():
            now = (reader(held.tokens) - held.labels).square().mean().item()
        if now < loss:
            loss, best = now, {name: p.clone() for name, p in reader.state_dict().items()}
    last = excess(reader, case)
    reader.load_state_dict(best)
    bayes = bayes_location_risk(case["n_tokens"], case["signal"])
    return {"excess": round(excess(reader, case), 5), "last": round(last, 5), "bayes": bayes}


def _cases(per_dimension: tuple[int, ...], steps: int) -> list[dict]:
    law = {"d": 20, "n_tokens": 10, "signal": 16.0, "steps": steps}
    return [
        {"map": m, "n_prompts": 20 * ratio, **law}
        for ratio in per_dimension
        for m in ("softmax", "linear")
    ]


LOCATION_SAMPLES = Experiment(
    name="icl-location-samples",
    title="One head on a few kept prompts: softmax and linear attention by prompts per dimension",
    source=PAPER,
    cases={"quick": _cases((4,), 150), "full": _cases((2, 4, 8, 16, 32, 64), 600)},
    seeds={"quick": 1, "full": 5},
    run=run,
)
