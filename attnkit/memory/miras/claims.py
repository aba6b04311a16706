"""What the page on Miras claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.memory.delta import delta_rule
from attnkit.memory.linear import linear_attention
from attnkit.memory.miras.compositions import DELTA, HEBB, titans, yaad
from attnkit.memory.miras.losses import HuberError, Loss, SquaredError
from attnkit.memory.miras.online import online_memory
from attnkit.memory.miras.outliers import clean_rate, distance, learned, stream
from attnkit.memory.miras.structures import LinearMemory
from attnkit.memory.momentum import momentum_rule
from attnkit.memory.shared.unit_vectors import seeded, unit_vectors

__all__ = ["miras_bounded_write", "miras_four_choices", "miras_outliers"]

SOURCE = "Derived here, for the choices of Behrouz et al. 2025"
N = 160


@claim("miras-four-choices", source=SOURCE, computes=online_memory)
def miras_four_choices() -> dict[str, float]:
    """How far four compositions are from the rules they should be, on 31 tokens in float64."""
    chance = seeded(0)
    keys, values = (unit_vectors(31, 8, generator=chance) for _ in range(2))
    rate, fading = torch.full_like(keys[:, 0], 0.6), torch.full_like(keys[:, 0], 0.1)
    eta = torch.full_like(rate, 0.5)
    tokens, decay = (keys, keys, values, rate), (1 - fading).log()
    scaled = rate[:, None] * values
    pairs = {
        "Hebb": (online_memory(*tokens, rule=HEBB), linear_attention(keys, keys, scaled)),
        "gated linear attention": (
            online_memory(*tokens, rule=HEBB, forgetting=fading),
            linear_attention(keys, keys, scaled, log_decay=decay),
        ),
        "delta": (online_memory(*tokens, rule=DELTA), delta_rule(*tokens)),
        "linear Titans": (
            online_memory(*tokens, rule=titans(LinearMemory(), 0.5), forgetting=fading),
            momentum_rule(*tokens, momentum=eta, forgetting=fading),
        ),
    }
    return {n: (a[0] - b[0]).abs().max().item() for n, (a, b) in pairs.items()}


def moved(rule, distance_of_value: float) -> float:
    """How far one token of rate 1 and a unit key moves an empty linear memory."""
    key = unit_vectors(1, 5, generator=seeded(0))
    value = distance_of_value * unit_vectors(1, 3, generator=seeded(1))
    _, state = online_memory(key, key, value, torch.ones_like(key[:, 0]), rule=rule)
    return state.pushed[0].norm().item()


@claim("miras-bounded-write", source=SOURCE, computes=online_memory)
def miras_bounded_write() -> dict[str, float]:
    """How far a value at three distances moves a memory: Yaad with delta 0.3, and delta rule."""
    rules = {"Yaad": yaad(LinearMemory(), 0.3), "delta": DELTA}
    return {
        f"{name}, value at {far:g}": moved(rule, far)
        for name, rule in rules.items()
        for far in (0.1, 1.0, 1000.0)
    }


def far_after(loss: Loss, share: float, size: float, *, seed: int = 0) -> float:
    """Distance to the map after a stream, at the rate that a clean one chose."""
    keys, values, truth = stream(share, size, seed=seed, n=N, rows=4)
    return distance(learned(loss, clean_rate(loss, n=N), keys, values), truth).mean().item()


@claim("miras-outliers", source=SOURCE, computes=HuberError)
def miras_outliers() -> dict[str, float]:
    """Distance to the map without outliers, and with one value in ten moved by 20."""
    losses = {"squared": SquaredError(), "Huber 0.3": HuberError(0.3)}
    found = {}
    for name, loss in losses.items():
        found[f"{name}, none"] = far_after(loss, 0.0, 0.0)
        found[f"{name}, one in ten"] = far_after(loss, 0.1, 20.0)
    return found
