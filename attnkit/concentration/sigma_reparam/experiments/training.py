"""Training with too large a step: which heads lose their entropy, and who keeps it."""

from collections.abc import Callable
from functools import partial

import torch
from torch import nn

from attnkit.concentration.shared.recall import RecallModel, draw_lists, relative_entropies
from attnkit.concentration.sigma_reparam.reparam import sigma_reparametrise
from attnkit.experiments import Experiment, global_seed

__all__ = ["SIGMA_REPARAM"]

MOST = 1e30  # what a loss that is no number is recorded as


def plain(**sizes) -> RecallModel:
    """Nothing holds the scores."""
    return RecallModel(norm=nn.Identity, **sizes)


def reparametrised(**sizes) -> RecallModel:
    """Every linear layer at a learned spectral norm, and no normalisation of the stream."""
    return sigma_reparametrise(plain(**sizes))


ARMS: dict[str, Callable[..., RecallModel]] = {
    "plain": plain,
    "σReparam": reparametrised,
    "LayerNorm": partial(RecallModel, norm=nn.LayerNorm),
}


def train(model: RecallModel, case: dict, generator: torch.Generator) -> None:
    """Adam on fresh lists, without warm-up."""
    optimiser = torch.optim.Adam(model.parameters(), lr=case["rate"])
    for _ in range(case["steps"]):
        keys, values, wanted = draw_lists(case["lists"], generator)
        loss = nn.functional.cross_entropy(model(keys, values)[0], wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


@torch.no_grad()
def measured(model: RecallModel, generator: torch.Generator) -> dict[str, float]:
    """Loss and accuracy on 500 new lists, and the relative entropies of the heads."""
    keys, values, wanted = draw_lists(500, generator)
    logits, weights = model.eval()(keys, values)
    entropies = relative_entropies(weights)
    loss = nn.functional.cross_entropy(logits, wanted)
    return {
        "loss": loss.nan_to_num(MOST, MOST).item(),
        "accuracy": (logits.argmax(-1) == wanted).double().mean().item(),
        "smallest_entropy": entropies.min().item(),
        "largest_entropy": entropies.max().item(),
    }


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train one model and look at it."""
    generator = torch.Generator().manual_seed(seed)
    with global_seed(seed):
        model = ARMS[case["arm"]](n_layers=case["layers"])
    train(model, case, generator)
    return measured(model, generator)


def _cases(layers: int, steps: int, rates: tuple[float, ...]) -> list[dict]:
    sizes = {"layers": layers, "steps": steps, "lists": 32}
    return [{"arm": arm, "rate": rate, **sizes} for rate in rates for arm in ARMS]


SIGMA_REPARAM = Experiment(
    name="concentration-sigma-reparam",
    title="Entropy of the heads after training with small, large and too large steps",
    source="Zhai et al. 2023 (arXiv:2303.06296); task, sizes and rates are ours",
    cases={
        "quick": _cases(2, 20, (0.03,)),
        "full": _cases(4, 240, (0.003, 0.03, 0.1)),
        "paper": _cases(12, 3000, (0.003, 0.03, 0.1)),
    },
    seeds={"quick": 1, "full": 5, "paper": 5},
    run=run,
)
