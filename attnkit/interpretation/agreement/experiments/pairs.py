"""Several explanations of the same sentences, every two of them compared by rank."""

from itertools import combinations

import torch
from torch import Tensor

from attnkit.interpretation.agreement.ranks import kendall_tau

__all__ = ["between", "sizes", "taus"]


def between(first: str, second: str) -> str:
    """The name of a pair."""
    return f"{first} - {second}"


def sizes(found: dict[str, Tensor]) -> dict[str, Tensor]:
    """Explanations without their signs."""
    return {name: each.abs() for name, each in found.items()}


def taus(found: dict[str, Tensor]) -> dict[str, float]:
    """Kendall's tau of every two explanations (token,) of one sentence."""
    pairs = combinations(found, 2)
    compared = ((between(a, b), kendall_tau(found[a].float(), found[b].float())) for a, b in pairs)
    return {name: tau.item() for name, tau in compared}


def chance(n_tokens: int, generator: torch.Generator) -> Tensor:
    """An explanation that knows nothing."""
    return torch.rand(n_tokens, generator=generator)
