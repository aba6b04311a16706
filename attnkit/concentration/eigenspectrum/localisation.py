"""Where a head stands between the two collapses: three numbers of its weights and outputs."""

from typing import Annotated, NamedTuple

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.diagnostics import normalised_entropy
from attnkit.precision import outside_autocast

__all__ = ["Localisation", "localisation", "output_cosine"]


class Localisation(NamedTuple):
    r"""A head's place on the map.

    Parameters
    ----------
    entropy : Tensor
        (\*batch), mean entropy of a row over log n: near zero after an entropy collapse.
    cosine : Tensor
        (\*batch), mean cosine between two outputs: near one after a rank collapse.
    self_weight : Tensor
        (\*batch), mean weight that a token gives itself.
    """

    entropy: Tensor
    cosine: Tensor
    self_weight: Tensor


@checked
@outside_autocast
def output_cosine(
    states: Annotated[Float[Tensor, "*batch token feature"], Finite()],
) -> Float[Tensor, "*batch"]:
    r"""Mean cosine between the states of two different tokens: one where all point one way.

    .. math:: \frac{1}{n(n-1)} \sum_{i \ne j} \frac{y_i \cdot y_j}{\|y_i\| \|y_j\|}

    Parameters
    ----------
    states : Tensor
        (..., token, feature), the rows y. A row of zeros counts as orthogonal to every other.

    Returns
    -------
    Tensor (...), in at least float32; NaN for fewer than two tokens.

    Raises
    ------
    TypeError, ValueError
        For states that are not floating point or not finite.

    Notes
    -----
    Defined here; Bao et al. 2024 speak of rank collapse as tokens becoming similar.
    """
    units = F.normalize(states.to(torch.promote_types(states.dtype, torch.float32)), dim=-1)
    n_tokens = states.shape[-2]
    of_pairs = units.sum(-2).square().sum(-1) - units.square().sum((-2, -1))
    return of_pairs / (n_tokens * (n_tokens - 1)) if n_tokens > 1 else of_pairs * torch.nan


@checked
@outside_autocast
def localisation(
    weights: Annotated[Float[Tensor, "*batch token token"], Finite()],
    values: Annotated[Float[Tensor, "*batch token channel"], Finite(), Like("weights")],
) -> Localisation:
    """Place a head on the map: mean entropy of its rows, cosine of its outputs, weight on itself.

    Parameters
    ----------
    weights : Tensor
        (..., query, key), as many queries as keys; each row sums to one.
    values : Tensor
        (..., token, channel), what the weights read.

    Returns
    -------
    Localisation of three tensors (...), in at least float32; NaN for one token, and the entropy
    also where a row is no density.

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating point or not finite, and weights that are not square.

    Notes
    -----
    Defined here; the two collapses are those of Bao et al. 2024, section 1.
    """
    exact = weights.to(torch.promote_types(weights.dtype, torch.float32))
    return Localisation(
        entropy=normalised_entropy(exact).mean(-1),
        cosine=output_cosine(exact @ values.to(exact.dtype)),
        self_weight=exact.diagonal(dim1=-2, dim2=-1).mean(-1),
    )
