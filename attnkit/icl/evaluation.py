"""Risk of a predictor from paired, antithetic prompts, with its standard error."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.icl.prompts import Prompts

__all__ = ["Estimate", "excess_risk", "risk"]

Predictor = Callable[[Prompts], Tensor]
_PIECE = 4096


class Estimate(NamedTuple):
    """A mean over prompts and its standard error, one of each per seed of the predictor."""

    mean: Float[Tensor, "*seeds"]
    standard_error: Float[Tensor, "*seeds"]


def _squared_error(predictor: Predictor, prompts: Prompts) -> Tensor:
    return (predictor(prompts) - prompts.query_targets).square().mean(-1)


def _antithetic_error(predictor: Predictor, prompts: Prompts) -> Tensor:
    mirrored = _squared_error(predictor, prompts.mirrored())
    return (_squared_error(predictor, prompts) + mirrored) / 2


def _estimate(errors: Tensor) -> Estimate:
    count = errors.shape[-1]
    return Estimate(errors.mean(-1), errors.std(-1) / count**0.5)


@torch.no_grad()
def risk(predictor: Predictor, prompts: Prompts) -> Estimate:
    """Mean squared error on the query labels, E (prediction - y_q)^2, label noise included.

    Each prompt is also asked about -x_q, which is equally likely and halves the work of chance.

    Parameters
    ----------
    predictor : callable
        Maps prompts to predictions ``(*seeds, n_prompts, targets)``.
    prompts : Prompts
        A common sample (n_prompts, ...), at least two.
    """
    pieces = [_antithetic_error(predictor, piece) for piece in prompts.split(_PIECE)]
    return _estimate(torch.cat(pieces, -1).double())


@torch.no_grad()
def excess_risk(predictor: Predictor, reference: Predictor, prompts: Prompts) -> Estimate:
    """Risk of `predictor` minus risk of `reference` on the same prompts, a paired difference.

    The common part of the two errors cancels, so the standard error is far below that of either.
    """
    pieces = [
        _antithetic_error(predictor, piece) - _antithetic_error(reference, piece)
        for piece in prompts.split(_PIECE)
    ]
    return _estimate(torch.cat(pieces, -1).double())
