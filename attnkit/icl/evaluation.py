"""Risk of a predictor from paired, antithetic prompts, with its standard error."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.icl.prompts import Prompts
from attnkit.precision import outside_autocast, widened

__all__ = ["Estimate", "RiskEstimate", "excess_risk", "risk"]

Predictor = Callable[[Prompts], Tensor]
_PIECE = 4096


class RiskEstimate(NamedTuple):
    r"""A mean over prompts and its standard error, (\*seeds,) each."""

    mean: Float[Tensor, "*seeds"]
    standard_error: Float[Tensor, "*seeds"]


Estimate = RiskEstimate  # its first name


@torch.no_grad()
@outside_autocast
@checked
def risk(predictor: Callable, prompts: Prompts) -> RiskEstimate:
    r"""Mean squared error on the query labels, E (prediction - y_q)^2, label noise included.

    Each prompt is also asked about -x_q, which is equally likely and halves the work of chance.

    Parameters
    ----------
    predictor : callable
        Maps prompts to predictions (\*seeds, n_prompts, targets), floating point.
    prompts : Prompts
        A common sample (n_prompts, ...), at least two.

    Returns
    -------
    RiskEstimate
        In float64 (float32 where the device has no other), (\*seeds) each; not a number for a
        seed whose predictions are none.

    Raises
    ------
    TypeError, ValueError
        If the predictions have another shape or dtype, or prompts are too few.
    """
    _require_sample(prompts)
    pieces = prompts.split(_PIECE)
    return _estimate([_antithetic_error("predictor", predictor, piece) for piece in pieces])


@torch.no_grad()
@outside_autocast
@checked
def excess_risk(predictor: Callable, reference: Callable, prompts: Prompts) -> RiskEstimate:
    r"""Risk of `predictor` minus risk of `reference` on the same prompts, a paired difference.

    The common part of the two errors cancels, so the standard error is far below that of either.

    Parameters
    ----------
    predictor, reference : callable
        Map prompts to predictions (\*seeds, n_prompts, targets), floating point.
    prompts : Prompts
        A common sample (n_prompts, ...), at least two.

    Returns
    -------
    RiskEstimate
        As `risk`.

    Raises
    ------
    TypeError, ValueError
        As `risk`.
    """
    _require_sample(prompts)
    return _estimate(
        [
            _antithetic_error("predictor", predictor, piece)
            - _antithetic_error("reference", reference, piece)
            for piece in prompts.split(_PIECE)
        ]
    )


def _require_sample(prompts: Prompts) -> None:
    if prompts.inputs.ndim != 3 or len(prompts.inputs) < 2:
        raise ValueError(
            "prompts must be a sample (n_prompts, examples, d) of at least two, "
            f"got inputs of shape {tuple(prompts.inputs.shape)}"
        )


def _antithetic_error(name: str, predictor: Predictor, prompts: Prompts) -> Tensor:
    errors = [_squared_error(name, predictor, each) for each in (prompts, prompts.mirrored())]
    return (errors[0] + errors[1]) / 2


def _squared_error(name: str, predictor: Predictor, prompts: Prompts) -> Tensor:
    predicted, wanted = predictor(prompts), prompts.query_targets
    if not isinstance(predicted, Tensor) or not predicted.is_floating_point():
        came = predicted.dtype if isinstance(predicted, Tensor) else type(predicted).__name__
        raise TypeError(f"{name} must return a floating-point tensor, got {came}")
    if predicted.shape[-2:] != wanted.shape:
        raise ValueError(
            f"{name} must return shape (*seeds, {', '.join(map(str, wanted.shape))}): "
            f"(*seeds, n_prompts, targets), got {tuple(predicted.shape)}"
        )
    return (widened(predicted) - widened(wanted)).square().mean(-1)


def _estimate(pieces: list[Tensor]) -> RiskEstimate:
    errors = torch.cat(pieces, -1)
    return RiskEstimate(errors.mean(-1), errors.std(-1) / errors.shape[-1] ** 0.5)
