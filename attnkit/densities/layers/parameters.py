"""From the free numbers of a score network to locations and widths."""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from attnkit.densities.alpha_family.line import score_variance_from_variance

__all__ = ["bounded", "score_variance", "unbounded"]


def bounded(raw: Float[Tensor, "..."], domain: tuple[float, float]) -> Float[Tensor, "..."]:
    """A location inside the domain: low + (high - low) sigmoid(raw)."""
    low, high = domain
    return low + (high - low) * torch.sigmoid(raw)


def unbounded(raw: Float[Tensor, "..."], domain: tuple[float, float]) -> Float[Tensor, "..."]:
    """The number itself, as in Moreno et al. 2022 for gestures; it may leave the domain."""
    return raw


def score_variance(
    raw: Float[Tensor, "..."], alpha: float, least_width: float
) -> Float[Tensor, "..."]:
    """softplus(raw) above the score variance whose density has standard deviation `least_width`.

    The standard deviation grows with the score variance, so it is at least `least_width`, and the
    half support at least sqrt((3 alpha - 1) / (alpha - 1)) times that.
    """
    squared = torch.tensor(least_width**2, dtype=torch.float64)
    floor = score_variance_from_variance(squared, alpha).to(raw)
    return floor + functional.softplus(raw)
