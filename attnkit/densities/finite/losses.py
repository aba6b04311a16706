"""Losses whose gradient is weights less targets: Fenchel-Young losses of the alpha family."""

from typing import Annotated

import torch
from jaxtyping import Float, Int
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities.finite.conjugate import conjugate, negentropy
from attnkit.densities.shared.arguments import EntmaxAlpha, require_alpha
from attnkit.diagnostics import SUM_TOLERANCE
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced

__all__ = ["entmax_loss", "fenchel_young_loss"]

Scores = Annotated[Float[Tensor, "*batch key"], Finite(minus_inf=True)]


@checked
@outside_autocast
def fenchel_young_loss(
    scores: Scores,
    targets: Annotated[Float[Tensor, "*batch key"], Range(0.0)],
    alpha: EntmaxAlpha = 1.5,
) -> Float[Tensor, "*batch"]:
    r"""How far weights are from targets, by a loss that is convex in the scores.

    .. math::
        L(z, y) &= \max_p \big( \langle p, z \rangle - \Omega_\alpha(p) \big)
        + \Omega_\alpha(y) - \langle y, z \rangle, \\
        \nabla_z L &= \mathrm{entmax}_\alpha(z) - y

    Not negative, and zero exactly where the weights are the targets. At alpha = 1 it is the
    Kullback-Leibler divergence from the targets to softmax, at alpha = 2 the sparsemax loss.

    Parameters
    ----------
    scores : Tensor
        (..., key). A key of score -inf has no weight; a target there makes the loss infinite.
    targets : Tensor
        (..., key), each row a density; a row of zeros is padding, whose loss and gradients are
        zero, whatever its scores.
    alpha : float or Tensor
        Number above 0, or a tensor that broadcasts to `scores` with one key.

    Returns
    -------
    Tensor (...) of the scores' dtype, computed in at least float32; for the mean divide its sum by
    the number of rows that are no padding.

    Raises
    ------
    TypeError, ValueError
        As `entmax`; ValueError also for targets that are negative, or whose rows sum to neither one
        nor zero.

    References
    ----------
    Blondel, Martins and Niculae 2020, "Learning with Fenchel-Young losses", definition 2;
    Peters et al. 2019, equation 14.
    """
    dtype = torch.promote_types(scores.dtype, torch.float32)
    targets = targets.to(dtype)
    _require_densities(targets)
    alpha = _column(alpha, scores)
    counted = (targets > 0).any(-1, keepdim=True)
    rows = scores.to(dtype).masked_fill(~counted, 0.0)
    wanted = torch.where(targets > 0, targets * rows, 0.0).sum(-1)
    loss = conjugate(rows, alpha) + negentropy(targets, alpha) - wanted
    return loss.where(counted.squeeze(-1), 0.0).clamp(min=0.0).to(scores.dtype)


@checked
@outside_autocast
def entmax_loss(
    scores: Scores,
    labels: Int[Tensor, "*batch"],
    alpha: EntmaxAlpha = 1.5,
    ignored: int = -100,
) -> Float[Tensor, "*batch"]:
    r"""The Fenchel-Young loss of one right key a row, cross-entropy's sparse relative.

    .. math::
        L(z, y) = \max_p \big( \langle p, z \rangle - \Omega_\alpha(p) \big) - z_y

    For alpha > 1 it is exactly zero once the right key leads by 1 / (alpha - 1).

    Parameters
    ----------
    scores : Tensor
        (..., key).
    labels : Tensor
        (...), integers: the right key of each row, or `ignored`.
    alpha : float or Tensor
        Number above 0, or a tensor that broadcasts to `scores` with one key.
    ignored : int
        The label of padding: such a row's loss and gradients are zero, whatever its scores.

    Returns
    -------
    Tensor (...) of the scores' dtype, computed in at least float32; for the mean divide its sum by
    the number of labels that are not `ignored`.

    Raises
    ------
    TypeError, ValueError
        As `entmax`; ValueError also for a label that is no key.

    References
    ----------
    Peters, Niculae and Martins 2019, equation 14; at alpha = 1 `torch.nn.functional.cross_entropy`.
    """
    counted = labels != ignored
    _require_keys(labels, counted, scores.shape[-1])
    dtype = torch.promote_types(scores.dtype, torch.float32)
    rows = scores.to(dtype).masked_fill(~counted[..., None], 0.0)
    right = labels.where(counted, 0).long()[..., None]
    loss = conjugate(rows, _column(alpha, scores)) - rows.gather(-1, right).squeeze(-1)
    return loss.where(counted, 0.0).clamp(min=0.0).to(scores.dtype)


def _column(alpha: float | Tensor, scores: Tensor) -> float | Tensor:
    """Alpha as a float, or as a tensor (..., 1) of the rows' shape."""
    alpha = require_alpha(alpha, scores, scores.ndim - 1)
    if not isinstance(alpha, Tensor):
        return alpha
    dtype = torch.promote_types(scores.dtype, torch.float32)
    return alpha.to(dtype).expand(*scores.shape[:-1], 1)


def _require_densities(targets: Tensor) -> None:
    if is_traced(targets) or targets.numel() == 0:
        return
    sums = targets.detach().sum(-1)
    wrong = (sums != 0) & ((sums - 1).abs() > SUM_TOLERANCE)
    if bool(wrong.any()):
        came = sums[wrong].flatten()[0].item()
        raise ValueError(f"targets must have rows that sum to 1, or to 0 in padding, got {came:g}")


def _require_keys(labels: Tensor, counted: Tensor, n_keys: int) -> None:
    if is_traced(labels) or labels.numel() == 0:
        return
    wrong = counted & ((labels < 0) | (labels >= n_keys))
    if bool(wrong.any()):
        came = labels[wrong].flatten()[0].item()
        raise ValueError(f"labels must be keys of the scores, 0 to {n_keys - 1}, got {came}")
