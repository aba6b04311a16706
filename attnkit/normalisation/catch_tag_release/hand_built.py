"""Two causal layers of softmax, built by hand, that average what follows a separator."""

import math
from typing import Annotated, NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities import softmax
from attnkit.precision import outside_autocast, widened

__all__ = ["CaughtTagged", "catch_tag_release", "release_weights"]

Sharpness = Annotated[float, Range(0.0, 1e4)]
Flags = Bool[Tensor, "*batch token"]


class CaughtTagged(NamedTuple):
    """What the two layers did: maps (..., query, key), tag (..., token), output as the contents."""

    catch: Tensor
    tag: Tensor
    release: Tensor
    output: Tensor


@checked
@outside_autocast
def catch_tag_release(
    contents: Annotated[Float[Tensor, "*batch token channel"], Finite()],
    separators: Flags,
    sharpness: Sharpness = 10.0,
    tag_size: Annotated[float, Range(0.0, 1e4)] = 1.0,
) -> CaughtTagged:
    r"""Average, for each token, the contents between the separator and itself.

    The first layer's scores favour separators, and a separator's value is the tag; the second
    layer's scores favour the tag, but not the separator itself:

    .. math:: \begin{gathered} a_{ij} = \operatorname{softmax}_{j \le i}(\kappa s_j), \qquad
              t_i = \tau \sum_j a_{ij} s_j, \\
              y_i = \sum_{j \le i} \operatorname{softmax}_{j \le i}(\kappa t_j - 2 \kappa s_j)\, x_j
              \end{gathered}

    Parameters
    ----------
    contents : Tensor
        (..., token, channel): x.
    separators : Tensor
        Boolean (..., token): s, true at a separator.
    sharpness : float
        Kappa.
    tag_size : float
        Tau, the length of the tag; at zero nothing is tagged, and the second layer averages all.

    Returns
    -------
    CaughtTagged
        Both maps, the tags and y, in the dtype of the contents. Half precision is computed in
        float32.

    Raises
    ------
    TypeError
        For contents that are not floating point, or separators that are not boolean.
    ValueError
        For contents that are not finite, separators of another shape, or a number out of range.

    Notes
    -----
    After Zhang, Khan and Papyan 2025, arXiv:2502.00919, theorem 7.1, known from a note on it: the
    problem is theirs, these matrices may not be.
    """
    _require_flags(separators, contents.shape[:-1])
    dtype = torch.promote_types(contents.dtype, torch.float32)
    catch, tag = _catch(separators, sharpness, tag_size, dtype)
    release = _release(separators, tag, sharpness)
    output = release @ contents.to(dtype)
    return CaughtTagged(*(part.to(contents.dtype) for part in (catch, tag, release, output)))


@checked
def release_weights(
    separators: Flags,
    sharpness: Sharpness = 10.0,
    tag_size: Annotated[float, Range(0.0, 1e4)] = 1.0,
) -> Float[Tensor, "*batch token"]:
    r"""The last token's weights in the second layer, in closed form.

    .. math:: w_j \propto \exp\!\left(\kappa \tau c_j - 2 \kappa s_j\right), \qquad
              c_j = \frac{m_j e^\kappa}{m_j e^\kappa + (j - m_j)}

    where c is what the token j, counted from one, gives to the separators that it sees, m of them.

    Parameters
    ----------
    separators : Tensor
        Boolean (..., token).
    sharpness, tag_size : float
        As in `catch_tag_release`.

    Returns
    -------
    Tensor (..., token), float64.

    Raises
    ------
    TypeError
        For separators that are not boolean.
    ValueError
        For a number out of range.

    Notes
    -----
    Derived here for the construction after arXiv:2502.00919.
    """
    seen = widened(separators).cumsum(-1)
    place = torch.arange(1, separators.shape[-1] + 1, dtype=seen.dtype, device=seen.device)
    caught = seen / (seen + (place - seen) * math.exp(-sharpness))
    scores = sharpness * (tag_size * caught - 2 * widened(separators))
    return scores.softmax(-1)


def _causal(scores: Tensor) -> Tensor:
    """Softmax of one row of scores for every query, which sees itself and what stands before."""
    n = scores.shape[-1]
    whole = scores.unsqueeze(-2).expand(*scores.shape[:-1], n, n)
    return softmax(whole, mask=torch.ones(n, n, dtype=torch.bool, device=scores.device).tril())


def _catch(separators: Tensor, sharpness: float, tag_size: float, dtype) -> tuple[Tensor, Tensor]:
    catch = _causal(sharpness * separators.to(dtype))
    return catch, tag_size * catch.masked_fill(~separators.unsqueeze(-2), 0.0).sum(-1)


def _release(separators: Tensor, tag: Tensor, sharpness: float) -> Tensor:
    return _causal(sharpness * (tag - 2 * separators.to(tag.dtype)))


def _require_flags(separators: Tensor, wanted: torch.Size) -> None:
    if separators.shape != wanted:
        raise ValueError(f"separators must be {tuple(wanted)}, got {tuple(separators.shape)}")
