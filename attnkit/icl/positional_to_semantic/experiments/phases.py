"""Two starts of one tied head, against the samples that it learns from."""

import torch
from torch import Tensor

from attnkit.experiments import Experiment
from attnkit.icl.positional_to_semantic.fit import fit_fixed_map, fit_tied_head
from attnkit.icl.positional_to_semantic.mixed import MixedTask
from attnkit.icl.positional_to_semantic.tied import map_risk, tied_weights

__all__ = ["PHASES"]

RATIOS = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.7, 8.0)
SHARES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9)
N_TEST = 3000


def starts(task: MixedTask, generator: torch.Generator) -> dict[str, Tensor]:
    """Along the places, along the task's direction, and nowhere in particular."""
    nowhere = torch.randn(task.d, generator=generator, dtype=torch.float64)
    return {
        "positional": 0.5 * task.d**0.5 * task.places[0] / task.place_length**2,
        "semantic": task.direction,
        "random": nowhere,
    }


def numbers_of(task: MixedTask, direction: Tensor) -> dict[str, float]:
    """The overlaps of a direction with the task's and with the first place."""
    semantic = abs((direction @ task.direction).item()) / task.d
    positional = abs((direction @ task.places[0]).item()) / task.d**0.5
    return {"semantic": semantic, "positional": positional}


def run(case: dict, *, seed: int, device: str) -> dict:
    """For each start loss, risk and overlaps; the risk of the best map of places alone."""
    task = MixedTask(d=case["d"], share=case["share"])
    generator = torch.Generator().manual_seed(seed)
    inputs, target = task.draw(round(case["ratio"] * task.d), generator=generator)
    tests = task.draw(N_TEST, generator=torch.Generator().manual_seed(10_000 + seed))
    found: dict = {"fixed": _risk(fit_fixed_map(inputs, target).expand(N_TEST, 2, 2), tests)}
    for name, start in starts(task, generator).items():
        fit = fit_tied_head(inputs, target, task.places, start, ridge=case["ridge"])
        weights = tied_weights(tests[0], fit.direction, task.places)
        made = {"loss": fit.loss, "risk": _risk(weights, tests)}
        made |= numbers_of(task, fit.direction)
        found[name] = {key: float(f"{number:.5g}") for key, number in made.items()}
    return found


def _risk(weights: Tensor, tests: tuple[Tensor, Tensor]) -> float:
    return float(f"{map_risk(weights, tests[1], tests[0]).mean().item():.5g}")


def _cases(shares: tuple, ratios: tuple, d: int) -> list[dict]:
    return [
        {"share": share, "ratio": ratio, "d": d, "ridge": 1e-3}
        for share in shares
        for ratio in ratios
    ]


PHASES = Experiment(
    name="icl-positional-to-semantic",
    title="A tied head from two starts, against samples for each dimension",
    source="Cui et al. 2024, arXiv:2402.03902 (abstract); sizes are ours",
    cases={
        "quick": _cases((0.6,), (0.5, 4.0), 30),
        "full": _cases(SHARES, RATIOS, 100),
        "paper": _cases(SHARES, RATIOS, 1000),
    },
    seeds={"quick": 1, "full": 5, "paper": 10},
    run=run,
)
