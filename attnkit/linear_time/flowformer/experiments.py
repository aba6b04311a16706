"""What flows through a trained encoder's heads, what the clamp cuts, and what rows come of it."""

from functools import partial

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.linear_time.flowformer.attention import competition, flow_weights
from attnkit.linear_time.flowformer.flows import conserved_flows
from attnkit.linear_time.shared.on_real import imitated
from attnkit.linear_time.shared.rows import kernel_weights
from attnkit.trained import Capture, capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real, rounded

__all__ = ["REAL_FLOWS"]


def _unscaled(queries: Tensor, keys: Tensor) -> tuple[Tensor, Tensor]:
    """Queries and keys as the model has them: a sigmoid of flow attention knows no temperature."""
    scale = queries.shape[-1] ** 0.25
    return queries * scale, keys * scale


def _row_of_flow(queries: Tensor, keys: Tensor, *, clamp: float | None) -> Tensor:
    weights = flow_weights(*_unscaled(queries, keys), clamp=clamp)
    return weights / weights.sum(-1, keepdim=True)


def _row_of_sigmoids(queries: Tensor, keys: Tensor) -> Tensor:
    """The same kernel without competition."""
    queries, keys = _unscaled(queries, keys)
    return kernel_weights(queries.sigmoid(), keys.sigmoid())


MAPS = {
    "uniform": lambda queries, keys: kernel_weights(queries * 0 + 1, keys * 0 + 1),
    "sigmoid kernel": _row_of_sigmoids,
    "flow, clamped": partial(_row_of_flow, clamp=1.0),
    "flow, not clamped": partial(_row_of_flow, clamp=None),
}


def _competing(read: Capture) -> dict[str, list[float]]:
    """By head the share of clipped sources, what competition is left, and where the mass lies."""
    outgoing = conserved_flows(read.queries.double(), read.keys.double()).conserved_outgoing
    cut, free = competition(outgoing, 1.0), competition(outgoing, None)
    mass = read.weights.double().sum(-2)
    mass = mass / mass.sum(-1, keepdim=True)
    both = torch.stack([outgoing, mass])
    apart = both - both.mean(-1, keepdim=True)
    alike = apart.prod(0).sum(-1) / apart.norm(dim=-1).prod(0)
    found = {
        "mean": outgoing.mean(-1),
        "clipped": (outgoing > 1).double().mean(-1),
        "ratio": free.amax(-1) / free.amin(-1),
        "ratio, clamped": cut.amax(-1) / cut.amin(-1),
        "correlation with mass": alike,
        "mass on clipped": (mass * (outgoing > 1)).sum(-1),
    }
    return {name: rounded(numbers.flatten()) for name, numbers in found.items()}


def run(case: dict, *, seed: int, device: str) -> dict:
    """Flows of each head, and what each map makes of its rows; flow rows made to sum to one."""
    read = capture(real().model, passage(case))
    found: dict = {"flows": _competing(read)}
    for name, imitate in MAPS.items():
        made = imitated(read, imitate)
        found[name] = {part: rounded(sum(row) / len(row)) for part, row in made.items()}
    return found


REAL_FLOWS = Experiment(
    name="linear-time-flowformer-real",
    title="Flows of a trained encoder's heads, what the clamp cuts, and the rows that come of it",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)
