"""Bags of which a few instances carry the label, pooled under more and more of the entropy loss."""

import torch
from torch import Tensor, nn

from attnkit.concentration.aem.pooling import GatedPooling, negative_attention_entropy
from attnkit.diagnostics import normalised_entropy
from attnkit.experiments import Experiment, global_seed

__all__ = ["AEM", "draw_bags"]

N_FEATURES, N_KINDS, SHIFT = 16, 3, 4.0
FACTORS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)


def draw_bags(n_bags: int, bag: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Instances (bag, instance, feature), which are positive (bag, instance), and labels (bag,).

    Half of the bags are positive: a tenth of their instances, one at least, is shifted along one of
    three directions.
    """
    instances = torch.randn(n_bags, bag, N_FEATURES, generator=generator)
    labels = torch.arange(n_bags) % 2
    share = torch.rand(n_bags, bag, generator=generator).argsort(-1)
    positive = (share < max(1, bag // 10)) & (labels == 1).unsqueeze(-1)
    kind = torch.randint(N_KINDS, (n_bags, bag), generator=generator)
    shift = SHIFT * nn.functional.one_hot(kind, N_FEATURES)
    return instances + shift * positive.unsqueeze(-1), positive, labels


class BagModel(nn.Module):
    """Gated pooling and a linear read-out."""

    def __init__(self):
        super().__init__()
        self.pool = GatedPooling(N_FEATURES, 16)
        self.read = nn.Linear(N_FEATURES, 2)


def train(model: BagModel, bags: Tensor, labels: Tensor, *, factor: float, steps: int) -> None:
    """Adam on all bags at once."""
    optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(steps):
        pooled = model.pool(bags)
        loss = nn.functional.cross_entropy(model.read(pooled.context), labels)
        loss = loss + factor * negative_attention_entropy(pooled.scores).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def run(case: dict, *, seed: int, device: str) -> dict:
    """Train one model; its accuracy and entropy on 200 new bags, and the weights of one."""
    generator = torch.Generator().manual_seed(seed)
    bags, _, labels = draw_bags(case["bags"], case["bag"], generator)
    with global_seed(seed):
        model = BagModel()
    train(model, bags, labels, factor=case["factor"], steps=case["steps"])
    new, positive, wanted = draw_bags(200, case["bag"], generator)
    with torch.no_grad():
        pooled = model.pool(new)
        right = model.read(pooled.context).argmax(-1) == wanted
    shown = pooled.weights[1].argsort(descending=True)
    return {
        "accuracy": right.double().mean().item(),
        "entropy": normalised_entropy(pooled.weights).mean().item(),
        "positive_mass": (pooled.weights * positive).sum(-1)[wanted == 1].mean().item(),
        "weights": pooled.weights[1, shown].tolist(),
        "positive": positive[1, shown].tolist(),
    }


def _cases(sizes: tuple[int, ...], steps: int) -> list[dict]:
    return [
        {"bag": bag, "factor": factor, "bags": 60, "steps": steps}
        for bag in sizes
        for factor in FACTORS
    ]


AEM = Experiment(
    name="concentration-aem",
    title="Accuracy and entropy of pooled bags against the factor of the entropy loss",
    source="Zhang et al. 2024 (arXiv:2406.15303) and their code; bags and sizes are ours",
    cases={
        "quick": _cases((10,), 10),
        "full": _cases((10, 50, 200), 100),
        "paper": _cases((10, 50, 200, 1000), 1000),
    },
    seeds={"quick": 1, "full": 5, "paper": 20},
    run=run,
)
