"""From the free numbers of a score network to locations and widths."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from attnkit.arguments import Finite, checked
from attnkit.densities.alpha_family.line import score_variance_from_variance
from attnkit.densities.shared.arguments import Domain, require_domain

__all__ = ["bounded", "score_variance", "unbounded"]

Raw = Annotated[Float[Tensor, "..."], Finite()]


@checked
def bounded(raw: Raw, domain: Domain) -> Float[Tensor, "..."]:
    """A location inside the domain: low + (high - low) sigmoid(raw). Defined here.

    Parameters
    ----------
    raw : Tensor
        Of any shape.
    domain : tuple
        (low, high), finite.

    Raises
    ------
    TypeError, ValueError
        For raw numbers that are not floating point, or NaN, or a domain that is no pair of numbers.
    """
    low, high = require_domain("domain", domain, bounded=True)
    return low + (high - low) * torch.sigmoid(raw)


@checked
def unbounded(raw: Raw, domain: Domain) -> Float[Tensor, "..."]:
    """The number itself, as in Moreno et al. 2022 for gestures; it may leave the domain.

    Parameters
    ----------
    raw : Tensor
        Of any shape.
    domain : tuple
        (low, high), finite; it does not bind.

    Raises
    ------
    TypeError, ValueError
        For raw numbers that are not floating point, or NaN, or a domain that is no pair of numbers.
    """
    require_domain("domain", domain, bounded=True)
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
