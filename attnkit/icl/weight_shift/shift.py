"""Softmax regression: a step of the weights, and changes of the data that do the same."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.validate import is_traced, require_finite_results

__all__ = ["data_shift", "softmax_regression", "weight_step"]

Bounded = Range(-1e6, 1e6)
Data = Annotated[Float[Tensor, "*batch key d"], Bounded]
Weights = Annotated[Float[Tensor, "*batch d"], Like("data"), Bounded]


@outside_autocast
@checked
def softmax_regression(data: Data, weights: Weights) -> Float[Tensor, "*batch key"]:
    r"""Return the prediction of softmax regression: one row of attention.

    .. math:: f(A, x) = \mathrm{softmax}(A x)

    Parameters
    ----------
    data : Tensor
        A, (..., key, d), at most a million in size. Half precision is computed in float32.
    weights : Tensor
        (..., d), x in the formula, of the same dtype.

    Returns
    -------
    Tensor (..., key) of the dtype of the data.

    Raises
    ------
    TypeError, ValueError
        For other shapes, dtypes and numbers.

    References
    ----------
    Li et al. 2023, arXiv:2304.13276: A holds what is in the prompt, x what training has learned.
    """
    return _scores(data, weights).softmax(-1).to(data.dtype)


@outside_autocast
@checked
def weight_step(
    data: Data,
    weights: Weights,
    targets: Annotated[Float[Tensor, "*batch key"], Like("data"), Bounded],
    *,
    rate: Annotated[float, Range(-1e6, 1e6)],
) -> Float[Tensor, "*batch d"]:
    r"""Return one gradient step of the weights on half the squared error of the prediction.

    .. math:: \delta = -\eta A^\top g, \qquad
              g = (\mathrm{diag} f - f f^\top)(f - b), \quad f = \mathrm{softmax}(A x)

    Parameters
    ----------
    data, weights : Tensor
        A, (..., key, d), and x, (..., d), as in `softmax_regression`.
    targets : Tensor
        (..., key), of the same dtype.
    rate : float
        eta, the size of the step.

    Returns
    -------
    Tensor (..., d): what is added to the weights. At high rates it may be above a million in size,
    which `data_shift` and `softmax_regression` refuse.

    Raises
    ------
    TypeError, ValueError
        For other shapes, dtypes and numbers, and for a step beyond the dtype.

    References
    ----------
    Li et al. 2023, arXiv:2304.13276, softmax regression.
    """
    f = _scores(data, weights).softmax(-1)
    error = f - targets.to(f.dtype)
    by_scores = f * (error - (f * error).sum(-1, keepdim=True))
    step = -rate * (data.to(f.dtype).mT @ by_scores.unsqueeze(-1)).squeeze(-1)
    step = step.to(data.dtype)
    require_finite_results({"step": step}, data=data, weights=weights, targets=targets)
    return step


@outside_autocast
@checked
def data_shift(
    data: Data,
    weights: Weights,
    step: Annotated[Float[Tensor, "*batch d"], Like("data"), Bounded],
) -> Float[Tensor, "*batch key d"]:
    r"""Return the smallest change of the data that does what a step of the weights does.

    .. math:: \Delta = \frac{A \delta\, x^\top}{|x|^2}, \qquad
              (A + \Delta)\, x = A\, (x + \delta), \qquad
              |\Delta|_F = \frac{|A \delta|}{|x|}

    Parameters
    ----------
    data, weights : Tensor
        A, (..., key, d), and x, (..., d), as in `softmax_regression`; no x of zeros.
    step : Tensor
        delta, (..., d), of the same dtype, at most a million in size.

    Returns
    -------
    Tensor (..., key, d): what is added to the data.

    Raises
    ------
    TypeError, ValueError
        For other shapes, dtypes and numbers, and for a change beyond the dtype; for weights whose
        squared length is zero or below the least normal number: no change of the data moves the
        scores of zeros. That is a length of 1e-19 in float32 and 1.5e-154 in float64.

    Notes
    -----
    Derived here: Cauchy-Schwarz on each row gives the least norm. Li et al. 2023 compare two
    different updates and bound their distance; the identity is not theirs.
    """
    wide = torch.promote_types(data.dtype, torch.float32)
    x, moved = weights.to(wide), _scores(data, step)
    squared = x.square().sum(-1)
    if x.shape[-1]:
        _require_some(squared)
    shift = (moved.unsqueeze(-1) * (x / squared.unsqueeze(-1)).unsqueeze(-2)).to(data.dtype)
    require_finite_results({"shift": shift}, data=data, weights=weights, step=step)
    return shift


def _scores(data: Tensor, weights: Tensor) -> Tensor:
    wide = torch.promote_types(data.dtype, torch.float32)
    return (data.to(wide) @ weights.to(wide).unsqueeze(-1)).squeeze(-1)


def _require_some(squared: Tensor) -> None:
    """Refuse weights without a direction."""
    least = torch.finfo(squared.dtype).tiny
    if not is_traced(squared) and bool((squared < least).any()):
        raise ValueError("weights must not be zero: no change of the data moves their scores")
