"""What is left of a pair as newer ones are written over it, for every rule."""

import torch

from attnkit.experiments import Experiment
from attnkit.memory.shared.records import settings
from attnkit.memory.shared.unit_vectors import unit_vectors

__all__ = ["FORGETTING", "RULES"]


RULES = settings("forgetting")


def run_forgetting(case: dict, *, seed: int, device: str) -> dict:
    """The signal-to-noise ratio of the pair of each age, newest first."""
    generator = torch.Generator().manual_seed(seed)
    shape = (case["lists"], case["n_pairs"], case["d_key"])
    keys, values = (unit_vectors(*shape, generator=generator).to(device) for _ in range(2))
    reads = keys @ RULES[case["rule"]].state(keys, values)
    product = (reads * values).sum(-1).mean(0)
    power = reads.square().sum(-1).mean(0)
    ratio = (product**2 / (power - product**2).clamp(min=1e-9)).flip(0)
    return {"age": case["ages"], "snr": ratio[case["ages"]].tolist()}


def _cases(n_pairs: int, d_key: int, lists: int) -> list[dict]:
    ages = sorted({round(n_pairs ** (i / 24)) - 1 for i in range(25)})
    settings = {"n_pairs": n_pairs, "d_key": d_key, "lists": lists, "ages": ages}
    return [{"rule": rule, **settings} for rule in RULES]


FORGETTING = Experiment(
    name="memory-forgetting",
    title="Signal-to-noise ratio of a stored pair against its age",
    source="derived here",
    cases={
        "quick": _cases(64, 16, 20),
        "full": _cases(256, 64, 300),
        "paper": _cases(1024, 128, 300),
    },
    seeds={"quick": 1, "full": 5, "paper": 5},
    run=run_forgetting,
)
