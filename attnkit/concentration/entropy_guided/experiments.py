"""Heads trained with a band around their entropy: where they end, and what the task pays for it."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from attnkit.concentration.entropy_guided.band import band_penalty, released_band_penalty
from attnkit.concentration.shared.recall import RecallModel, draw_lists, relative_entropies
from attnkit.experiments import Experiment, global_seed

__all__ = ["ENTROPY_GUIDED"]

N_HEADS = 2
Penalty = Callable[..., Tensor]


@dataclass(frozen=True)
class Arm:
    """How heads are charged, whether log n counts the visible keys, whether the target learns."""

    penalty: Penalty | None = None
    visible: bool = False
    learned: bool = False


ARMS = {
    "none": Arm(),
    "released, target learned": Arm(released_band_penalty, learned=True),
    "released, target fixed": Arm(released_band_penalty),
    "band, target fixed": Arm(band_penalty, visible=True),
    "band, target learned": Arm(band_penalty, visible=True, learned=True),
}


def charge(arm: Arm, weights: Tensor, target: Tensor) -> Tensor:
    """The penalty of all heads, their mean; weights are (layer, list, head, query, key)."""
    if arm.penalty is None:
        return weights.new_zeros(())
    n_tokens = weights.shape[-1]
    seen = torch.ones(n_tokens, n_tokens, dtype=torch.bool).tril() if arm.visible else None
    return arm.penalty(weights, target.clamp(0, 1), mask=seen).mean()


def train(model: RecallModel, arm: Arm, case: dict, generator: torch.Generator) -> Tensor:
    """Adam on fresh lists; returns the targets at the end."""
    target = torch.full((N_HEADS,), 0.5, requires_grad=arm.learned)
    learned = [target] if arm.learned else []
    optimiser = torch.optim.Adam([*model.parameters(), *learned], lr=case["rate"])
    for _ in range(case["steps"]):
        keys, values, wanted = draw_lists(case["lists"], generator)
        logits, weights = model(keys, values)
        loss = nn.functional.cross_entropy(logits, wanted)
        loss = loss + case["weight"] * charge(arm, weights, target)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return target.detach().clamp(0, 1)


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train one model and look at its heads, on 500 new lists."""
    generator = torch.Generator().manual_seed(seed)
    with global_seed(seed):
        model = RecallModel(n_layers=case["layers"], norm=nn.LayerNorm, n_heads=N_HEADS)
    target = train(model, ARMS[case["arm"]], case, generator)
    keys, values, wanted = draw_lists(500, generator)
    with torch.no_grad():
        logits, weights = model(keys, values)
    return {
        "loss": nn.functional.cross_entropy(logits, wanted).item(),
        "accuracy": (logits.argmax(-1) == wanted).double().mean().item(),
        "entropies": relative_entropies(weights).flatten().tolist(),
        "targets": target.tolist(),
    }


CHARGED = (
    ("none", 0.0),
    ("released, target learned", 1.0),
    ("released, target learned", 10.0),
    ("released, target fixed", 1.0),
    ("band, target fixed", 1.0),
    ("band, target fixed", 10.0),
    ("band, target learned", 10.0),
)


def _cases(layers: int, steps: int) -> list[dict]:
    sizes = {"layers": layers, "steps": steps, "lists": 32, "rate": 0.01}
    return [{"arm": arm, "weight": weight, **sizes} for arm, weight in CHARGED]


ENTROPY_GUIDED = Experiment(
    name="concentration-entropy-guided",
    title="Where the heads' entropies end under five ways to charge for them",
    source="Jha and Reagen 2025 (arXiv:2501.03489) and their code; task and sizes are ours",
    cases={
        "quick": _cases(2, 20),
        "full": _cases(3, 200),
        "paper": _cases(12, 3000),
    },
    seeds={"quick": 1, "full": 5, "paper": 5},
    run=run,
)
