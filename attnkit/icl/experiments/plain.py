"""Plain descent beside the gradient flow that it follows: how far apart, by the size of a step."""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.icl.experiments.common import PAPER, source_of_chance
from attnkit.icl.heads import DirectHeads
from attnkit.icl.prompts import Prompts, sample_prompts
from attnkit.icl.regression_task import RegressionTask

__all__ = ["PLAIN_DESCENT", "SPACING", "descended", "flowed", "gap"]

SPACING = 0.8
"""Time between two reports: a step at the largest rate, 0.4, takes as long."""


def descended(
    heads: DirectHeads, draw: Callable[[], Prompts], rate: float, n_reports: int
) -> Tensor:
    """States (report, seed, number) of plain descent; a step at rate r takes the time 2 r."""
    per_report, states = round(SPACING / (2 * rate)), [_state(heads)]
    for _ in range(n_reports):
        for _ in range(per_report):
            slopes = _slopes(heads, draw())
            with torch.no_grad():
                for parameter, slope in zip(heads.parameters(), slopes, strict=True):
                    parameter -= rate * slope
        states.append(_state(heads))
    return torch.stack(states)


def flowed(heads: DirectHeads, prompts: Prompts, n_reports: int) -> Tensor:
    """States (report, seed, number) of d state/dt = -gradient/2, to a relative 1e-7."""
    from scipy.integrate import solve_ivp  # takes longer to import than all of attnkit

    start = _state(heads)

    def velocity(_, state: np.ndarray) -> np.ndarray:
        _put(heads, torch.from_numpy(state.reshape(start.shape)))
        slopes = torch.cat([s.flatten(1) for s in _slopes(heads, prompts)], -1)
        return -slopes.flatten().numpy() / 2

    times = SPACING * np.arange(n_reports + 1)
    path = solve_ivp(
        velocity, (0.0, times[-1]), start.flatten().numpy(), "DOP853", times, rtol=1e-7, atol=1e-9
    )
    return torch.from_numpy(path.y.T.reshape(-1, *start.shape).copy())


def gap(path: Tensor, flow: Tensor) -> Tensor:
    """(seed,) largest distance of two paths over the reports, over the size of the flow's end."""
    return (path - flow).norm(dim=-1).amax(0) / flow[-1].norm(dim=-1)


def _slopes(heads: DirectHeads, prompts: Prompts) -> tuple[Tensor, ...]:
    """Gradients of each seed's own mean loss on these prompts."""
    loss = (heads(prompts) - prompts.query_targets).square().mean((-1, -2)).sum()
    return torch.autograd.grad(loss, tuple(heads.parameters()))


def _state(heads: DirectHeads) -> Tensor:
    return torch.cat([p.detach().flatten(1) for p in heads.parameters()], -1).clone()


@torch.no_grad()
def _put(heads: DirectHeads, state: Tensor) -> None:
    sizes = [p[0].numel() for p in heads.parameters()]
    for parameter, part in zip(heads.parameters(), state.split(sizes, -1), strict=True):
        parameter.copy_(part.reshape(parameter.shape))


def run(case: dict, *, seed: int, device: str) -> dict:
    """Gap to the flow of a fixed pool of prompts by rate, on the whole pool and on batches."""
    task, chance = RegressionTask(**PAPER), source_of_chance(seed, "cpu")
    pool = sample_prompts(task, case["pool"], generator=chance, dtype=torch.float64)
    heads = _opposite(task, case["n_inits"], chance)
    start = _state(heads)
    flow = flowed(heads, pool, case["n_reports"])
    found: dict = {"rate": case["rates"], "flow": _scales(heads, flow)}
    for name, size in (("all", case["pool"]), ("256", 256), ("32", 32)):
        found[name], paths = [], []
        for rate in case["rates"]:
            _put(heads, start)
            path = descended(heads, _picker(pool, size, chance), rate, case["n_reports"])
            found[name].append([float(f"{x:.4g}") for x in gap(path, flow).tolist()])
            paths.append(_scales(heads, path))
        found[f"{name}, scales"] = paths
    return found


@torch.no_grad()
def _opposite(task: RegressionTask, n_inits: int, chance: torch.Generator) -> DirectHeads:
    """Two heads near zero, one on each side of it: the sign lottery is not the question here."""
    heads = DirectHeads(task, n_heads=2, n_seeds=n_inits, size=0.03, generator=chance).double()
    for head, sign in enumerate((0.1, -0.1)):
        heads.key_query[:, head, : task.d] += sign * torch.eye(task.d)
        heads.output_value[:, head, 0, task.d] += sign
    return heads


def _picker(pool: Prompts, size: int, chance: torch.Generator) -> Callable[[], Prompts]:
    """The whole pool each time, or a batch of it drawn anew."""
    n = len(pool.inputs)
    if size == n:
        return lambda: pool

    def pick() -> Prompts:
        rows = torch.randint(n, (size,), generator=chance)
        fields = ("inputs", "targets", "queries", "query_targets")
        return Prompts(**{name: getattr(pool, name)[rows] for name in fields})

    return pick


def _scales(heads: DirectHeads, states: Tensor) -> list[list[float]]:
    """(report, head) scales of the first seed along a path."""
    rows = []
    for state in states:
        _put(heads, state)
        rows.append([round(x, 4) for x in heads.circuits.scales[0].tolist()])
    return rows


PLAIN_DESCENT = Experiment(
    name="icl-plain-descent",
    title="Plain descent beside its gradient flow, by the size of the step and of the batch",
    source="Derived here; the layer is that of He, Pan, Chen, Yang (2025), arXiv:2503.12734",
    cases={
        "quick": [{"pool": 512, "n_inits": 2, "n_reports": 8, "rates": [0.4, 0.2, 0.1]}],
        "full": [
            {
                "pool": 2048,
                "n_inits": 4,
                "n_reports": 15,
                "rates": [0.4, 0.2, 0.1, 0.05, 0.025, 0.0125],
            }
        ],
    },
    seeds={"quick": 1, "full": 3},
    run=run,
)
