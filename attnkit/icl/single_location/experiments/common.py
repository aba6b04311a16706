"""A reader trained on prompts, fresh or kept, and how far it is from the posterior mean."""

import math
from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from attnkit.icl.circuits import linear_weights, softmax_weights
from attnkit.icl.single_location.locations import LocatedPrompts, location_mean, sample_locations
from attnkit.icl.single_location.reader import LocationReader

__all__ = ["MAPS", "PAPER", "descend", "drawn", "excess", "fresh_reader", "marks"]

PAPER = "Duranthon et al. 2025, arXiv:2509.21936 (abstract read); set-up and numbers are ours"
MAPS: dict[str, Callable[[Tensor], Tensor]] = {"softmax": softmax_weights, "linear": linear_weights}
# Prompts for evaluation are drawn apart from those of training.
_EVALUATION_SEED = 10_007


def marks(d: int) -> tuple[Tensor, Tensor]:
    """Key and value, two unit vectors at right angles: the law does not care which."""
    return tuple(torch.eye(d)[:2])


def drawn(case: dict, n_prompts: int, generator: torch.Generator) -> LocatedPrompts:
    """Prompts of the case's law."""
    law = {name: case[name] for name in ("n_tokens", "signal")}
    return sample_locations(*marks(case["d"]), n_prompts=n_prompts, generator=generator, **law)


def fresh_reader(case: dict, generator: torch.Generator) -> LocationReader:
    """An untrained reader with the case's map."""
    return LocationReader(case["d"], generator=generator, weigh=MAPS[case["map"]])


def descend(
    reader: LocationReader, prompts: Callable[[], LocatedPrompts], steps: int, rate: float
) -> Iterator[int]:
    """Adam with a warm-up of 50 steps and a cosine decay; yields after each step its number."""
    optimiser = torch.optim.Adam(reader.parameters(), lr=rate)
    for step in range(steps):
        warm, decay = min(1.0, (step + 1) / 50), (1 + math.cos(math.pi * step / steps)) / 2
        optimiser.param_groups[0]["lr"] = rate * warm * decay
        at = prompts()
        optimiser.zero_grad()
        (reader(at.tokens) - at.labels).square().mean().backward()
        optimiser.step()
        yield step + 1


@torch.no_grad()
def excess(reader: LocationReader, case: dict, n_prompts: int = 20_000) -> float:
    """Risk over the least: the mean squared distance to the posterior mean, on common prompts."""
    generator = torch.Generator().manual_seed(_EVALUATION_SEED)
    at = drawn(case, n_prompts, generator)
    best = location_mean(at.tokens, *marks(case["d"]), signal=case["signal"])
    return (reader(at.tokens) - best).square().mean().item()
