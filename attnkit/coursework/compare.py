"""Say which way an answer is off, without saying what it should be.

Every function returns None where all is well and otherwise half a sentence, as `Law.test` does.
The tolerance is absolute up to one and relative beyond: an entry is right where
``|value - wanted| <= tolerance max(1, |wanted|)``.
"""

import numbers
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.coursework.errors import AnswerError

__all__ = ["against", "agree", "at_least", "at_most", "gradient"]

Number = Any  # a tensor or a number; what a student's answer made of it is told, not refused
Slack = Annotated[float, Range(0.0, 1e6)]


@checked
def against(
    value: Number, wanted: Number, *, what: str = "the result", tolerance: Slack = 1e-6
) -> str | None:
    """Compare entry by entry: "the weights are too large at index (0, 2)".

    Parameters
    ----------
    value, wanted : Number
        Tensors of one shape, or numbers.
    what : str
        What is compared, with its article; "the weights" takes a plural verb.
    tolerance : float
        Absolute up to one, relative beyond.

    Raises
    ------
    TypeError, ValueError
        If one of them is no real tensor or number, or `wanted` holds NaN.
    """
    value, wanted = _tensor("value", value), _known("wanted", wanted)
    if value.shape != wanted.shape:
        return f"{what} {_has(what)} shape {tuple(value.shape)}, not {tuple(wanted.shape)}"
    return _worst(value, value - wanted, _slack(wanted, tolerance), what)


@checked
def at_most(
    value: Number, bound: Number, *, what: str = "the result", tolerance: Slack = 1e-6
) -> str | None:
    """Say where a value exceeds its bound."""
    value, bound = _together(value, bound)
    return _worst(value, (value - bound).clamp_min(0), _slack(bound, tolerance), what)


@checked
def at_least(
    value: Number, bound: Number, *, what: str = "the result", tolerance: Slack = 1e-6
) -> str | None:
    """Say where a value falls short of its bound."""
    value, bound = _together(value, bound)
    return _worst(value, (value - bound).clamp_max(0), _slack(bound, tolerance), what)


@checked
def agree(value: Number, wanted: Number, *, tolerance: Slack = 1e-6) -> bool:
    """Whether `against` has nothing to say."""
    return against(value, wanted, tolerance=tolerance) is None


def gradient(output: Tensor, inputs: Tensor) -> Tensor:
    """Derivative of the output's sum by the inputs, zero where they play no part. Defined here.

    Parameters
    ----------
    output : Tensor
        Of any shape, computed from the inputs.
    inputs : Tensor
        Of any shape, with `requires_grad`.

    Returns
    -------
    Tensor
        In the shape of the inputs, itself differentiable.

    Raises
    ------
    AnswerError
        If the output is cut off from autograd, as after ``.item()``, ``.detach()`` or numpy.
    """
    if not isinstance(output, Tensor) or not output.requires_grad:
        raise AnswerError(
            "the result cannot be differentiated: somewhere it leaves torch "
            "(`.item()`, `.detach()`, `float(...)`, numpy)"
        )
    (slope,) = torch.autograd.grad(output.sum(), inputs, create_graph=True, allow_unused=True)
    return torch.zeros_like(inputs) if slope is None else slope


def _tensor(name: str, value: Number) -> Tensor:
    is_tensor = isinstance(value, Tensor) and not value.is_complex()
    if not is_tensor and not isinstance(value, numbers.Real):
        got = f"a tensor of {value.dtype}" if isinstance(value, Tensor) else type(value).__name__
        raise TypeError(f"{name} must be a real torch.Tensor or a number, got {got}")
    value = value.detach() if isinstance(value, Tensor) else torch.tensor(value)
    return value.cpu().to(torch.float64)


def _known(name: str, value: Number) -> Tensor:
    """What a law compares with: it knows every entry."""
    value = _tensor(name, value)
    if bool(value.isnan().any()):
        raise ValueError(f"{name} must hold no NaN, got {int(value.isnan().sum())}")
    return value


def _together(value: Number, bound: Number) -> tuple[Tensor, Tensor]:
    value, bound = _tensor("value", value), _known("bound", bound)
    try:
        return torch.broadcast_tensors(value, bound)
    except RuntimeError:
        raise ValueError(
            f"value and bound must have shapes that broadcast, got {tuple(value.shape)} and "
            f"{tuple(bound.shape)}"
        ) from None


def _slack(wanted: Tensor, tolerance: Slack) -> Tensor:
    """What an entry may be off; beside an infinity nothing but that infinity is right."""
    return tolerance * wanted.abs().clamp_min(1).nan_to_num(posinf=1.0)


def _worst(value: Tensor, excess: Tensor, slack: Tensor, what: str) -> str | None:
    """Name the first entry that is NaN, else the one furthest off."""
    same = value.isinf() & excess.isnan()  # the same infinity on both sides
    excess = excess.masked_fill(same, 0)
    off = excess.isnan() | (excess.abs() > slack)
    if not off.any():
        return None
    size = excess.abs().nan_to_num(nan=torch.inf, posinf=torch.finfo(torch.float64).max)
    place = tuple(int(i) for i in np.unravel_index(int(size.argmax()), size.shape))
    worst = excess[place]
    way = "not a number" if worst.isnan() else "too large" if worst > 0 else "too small"
    where = f" at index {place if len(place) != 1 else place[0]}" if place else ""
    others = int(off.sum()) - 1
    more = f" and at {others} other place{'s' * (others > 1)}" if others else ""
    return f"{what} {'are' if _plural(what) else 'is'} {way}{where}{more}"


def _has(what: str) -> str:
    return "have" if _plural(what) else "has"


def _plural(what: str) -> bool:
    noun = what.partition(" of ")[0]
    return noun.endswith("s") and not noun.endswith(("ss", "us", "is"))
