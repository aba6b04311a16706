"""Running minima of lists whose numbers are up to sixteen times those of training."""

import torch
from torch import Tensor

from attnkit.diagnostics import entropy
from attnkit.experiments import Experiment, global_seed
from attnkit.structure.positional.experiments.network import ListNetwork

__all__ = ["BEYOND", "KINDS", "SCALES"]

N = 8
SCALES = (1.0, 2.0, 4.0, 8.0, 16.0)
KINDS = {
    "content": {"content": True, "bias": True},
    "place": {"content": False, "bias": True},
    "content, no bias": {"content": True, "bias": False},
    "place, no bias": {"content": False, "bias": False},
}


def draw(n_lists: int, generator: torch.Generator) -> Tensor:
    """Lists (list, place), each uniform between two ends of its own in [-2, 2]."""
    ends = 4 * torch.rand(2, n_lists, 1, generator=generator) - 2
    share = torch.rand(n_lists, N, generator=generator)
    return ends[0] + (ends[1] - ends[0]) * share


def train(case: dict, generator: torch.Generator) -> ListNetwork:
    """A network after its last step."""
    with global_seed(generator.initial_seed()):
        network = ListNetwork(N, case["depth"], **KINDS[case["kind"]])
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 3e-3, total_steps=case["steps"])
    for _ in range(case["steps"]):
        lists = draw(64, generator)
        loss = (network(lists) - lists.cummin(-1).values).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
    return network


def run(case: dict, *, seed: int, device: str) -> dict:
    """Root mean squared error over that of answering zero, and keys of the first map, by scale.

    The first seed keeps that map for one list too, each row as a line of hundredths.
    """
    network = train(case, torch.Generator().manual_seed(seed))
    lists = draw(1024, torch.Generator().manual_seed(1000))
    found: dict = {"error": [], "keys": []} | ({"map": []} if seed == 0 else {})
    for scale in SCALES:
        with torch.no_grad():
            answers = network(scale * lists)
            weights = network.layers[0].weights(network.enter_all(scale * lists))[:, 0]
        wanted = (scale * lists).cummin(-1).values
        error = (answers - wanted).square().mean() / wanted.square().mean()
        found["error"].append(float(f"{error.sqrt().item():.4g}"))
        found["keys"].append(round(entropy(weights).exp().mean().item(), 3))
        if seed == 0:
            found["map"].append(_written(weights[0]))
    return found


def _written(weights: Tensor) -> list[str]:
    return [" ".join(f"{100 * weight:.0f}" for weight in row) for row in weights.tolist()]


def _cases(depths: tuple[int, ...], steps: int) -> list[dict]:
    return [{"kind": kind, "depth": depth, "steps": steps} for kind in KINDS for depth in depths]


BEYOND = Experiment(
    name="structure-positional-lists",
    title="Lists beyond the range of training: weights of places against weights of content",
    source="Back de Luca et al. 2025 (arXiv:2410.01686) for the question; sizes are ours",
    cases={"quick": _cases((1,), 40), "full": _cases((1, 2, 4), 600)},
    seeds={"quick": 1, "full": 3},
    run=run,
)
