"""What is left of a pair as newer ones are written over it, for every rule."""

import torch

from attnkit.experiments import Experiment
from attnkit.memory.delta import delta_rule
from attnkit.memory.linear import linear_attention
from attnkit.memory.momentum import momentum_rule
from attnkit.memory.shared.unit_vectors import unit_vectors
from attnkit.memory.theory import best_retention

__all__ = ["FORGETTING", "RULES"]


def _gate(keys: torch.Tensor, value: float) -> torch.Tensor:
    return torch.full_like(keys[..., 0], value)


def hebb(keys, values):
    """The sum of all pairs."""
    return linear_attention(keys, keys, values)[1]


def decaying(keys, values):
    """The sum with the decay that is best at age 16."""
    log_decay = _gate(keys, best_retention(16)).log()
    return linear_attention(keys, keys, values, log_decay=log_decay)[1]


def delta(keys, values):
    """The delta rule at rate one."""
    return delta_rule(keys, keys, values, _gate(keys, 1.0))[1]


def slow_delta(keys, values):
    """The delta rule at rate one half."""
    return delta_rule(keys, keys, values, _gate(keys, 0.5))[1]


def gated_delta(keys, values):
    """The delta rule at rate one, with a decay of one per cent."""
    return delta_rule(keys, keys, values, _gate(keys, 1.0), log_decay=_gate(keys, 0.99).log())[1]


def momentum(keys, values):
    """Half the rate, carried on by momentum one half."""
    gates = {"momentum": _gate(keys, 0.5), "forgetting": _gate(keys, 0.0)}
    return momentum_rule(keys, keys, values, _gate(keys, 0.5), **gates)[1][..., 0, :, :]


RULES = {
    "hebb": hebb,
    "decaying": decaying,
    "delta": delta,
    "slow-delta": slow_delta,
    "gated-delta": gated_delta,
    "momentum": momentum,
}


def run_forgetting(case: dict, *, seed: int, device: str) -> dict:
    """The signal-to-noise ratio of the pair of each age, newest first."""
    generator = torch.Generator().manual_seed(seed)
    shape = (case["lists"], case["n_pairs"], case["d_key"])
    keys, values = (unit_vectors(*shape, generator=generator).to(device) for _ in range(2))
    reads = keys @ RULES[case["rule"]](keys, values)
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
