"""A head of rank one whose queries are its keys, and the error of one map for another."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite_results

__all__ = ["Entries", "map_risk", "tied_weights"]

Entries = Range(-1e6, 1e6)
"""Beyond it scores would leave float32."""


@outside_autocast
@checked
def tied_weights(
    inputs: Annotated[Float[Tensor, "*batch token d"], Entries],
    direction: Annotated[Float[Tensor, " d"], Like("inputs"), Entries],
    places: Annotated[Float[Tensor, "token d"], Like("inputs"), Entries] | None = None,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch token token"]:
    r"""Return the weights of a head that reads tokens and places along one direction.

    .. math:: W = \mathrm{softmax}(u u^\top), \qquad
              u_i = \frac{(x_i + p_i) \cdot q}{\sqrt d}

    Parameters
    ----------
    inputs : Tensor
        (..., token, d). Half precision is computed in float32.
    direction : Tensor
        (d,), which is query and key at once.
    places : Tensor or None
        (token, d), what is added to each token for its place; nothing if left out.
    mask : Tensor or None
        Boolean, broadcasts to (..., token, token); true where a token may be attended.

    Returns
    -------
    Tensor
        (..., token, token) of the inputs' dtype; rows sum to one, or to zero where all is masked.

    Raises
    ------
    ValueError, TypeError
        Entries that are no numbers or above 1e6 in size, other shapes or dtypes, a mask that does
        not fit.

    References
    ----------
    Cui et al. 2024, arXiv:2402.03902, after its abstract: low rank, queries and keys tied.
    """
    dtype = torch.promote_types(inputs.dtype, torch.float32)
    read = inputs.to(dtype) if places is None else inputs.to(dtype) + places.to(dtype)
    along = read @ (direction.to(dtype) / max(len(direction), 1) ** 0.5)
    scores = along[..., :, None] * along[..., None, :]
    return softmax(scores, mask=mask).to(inputs.dtype)


@outside_autocast
@checked
def map_risk(
    weights: Annotated[Float[Tensor, "*batch token token"], Entries],
    target: Annotated[Float[Tensor, "*batch token token"], Like("weights"), Entries],
    inputs: Annotated[Float[Tensor, "*batch token d"], Like("weights"), Entries],
) -> Float[Tensor, "*batch"]:
    r"""Return the squared error of what one map reads where another should, for each coordinate.

    .. math:: \frac{1}{d} \lVert (W - T)\, x \rVert^2

    Parameters
    ----------
    weights, target : Tensor
        W and T, (..., token, token). Half precision is computed in float32.
    inputs : Tensor
        (..., token, d), what is read.

    Returns
    -------
    Tensor
        (...), of the weights' dtype.

    Raises
    ------
    ValueError, TypeError
        Entries that are no numbers or above 1e6 in size, other shapes or dtypes, a risk beyond
        the dtype.

    References
    ----------
    Cui et al. 2024, arXiv:2402.03902; the scale is set here.
    """
    wide = torch.promote_types(weights.dtype, torch.float32)
    read = (weights.to(wide) - target.to(wide)) @ inputs.to(wide)
    risk = (read.square().sum((-2, -1)) / max(inputs.shape[-1], 1)).to(weights.dtype)
    require_finite_results({"risk": risk}, weights=weights, target=target, inputs=inputs)
    return risk
