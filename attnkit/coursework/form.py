"""Kind, shape and type of a result, held to those of the placeholder's."""

from typing import Any

import torch
from torch import Tensor

from attnkit.coursework.errors import AnswerError

__all__ = ["described", "fitted", "has_nan", "holds_tensor", "only_nan"]


def fitted(result: Any, wanted: Any, any_dtype: bool = False) -> Any:
    """Return the result in the placeholder's form, a 0-d tensor as the float it stands for.

    With `any_dtype` a tensor of another real dtype becomes one of the wanted.

    Raises
    ------
    AnswerError
        If kind, shape, dtype, length or keys differ.
    """
    if isinstance(wanted, Tensor):
        return _fitted_tensor(result, wanted, any_dtype)
    if isinstance(wanted, float):
        return _fitted_number(result)
    if isinstance(wanted, (tuple, list)):
        if not isinstance(result, (tuple, list)) or len(result) != len(wanted):
            raise AnswerError(
                f"your function returned {described(result)}, and {len(wanted)} values are wanted"
            )
        pairs = zip(result, wanted, strict=True)
        return tuple(fitted(*pair, any_dtype) for pair in pairs)
    if isinstance(wanted, dict):
        if not isinstance(result, dict) or result.keys() != wanted.keys():
            raise AnswerError(f"your function must return a dict with keys {list(wanted)}")
        return {key: fitted(result[key], wanted[key], any_dtype) for key in wanted}
    return result


def _fitted_tensor(result: Any, wanted: Tensor, any_dtype: bool) -> Tensor:
    if not isinstance(result, Tensor):
        raise AnswerError(f"your function returned {described(result)}, and a tensor is wanted")
    if any_dtype and result.shape == wanted.shape and not result.is_complex():
        return result.to(wanted.dtype)
    if result.shape != wanted.shape or result.dtype != wanted.dtype:
        raise AnswerError(f"your function returned {described(result)}, not {described(wanted)}")
    return result


def _fitted_number(result: Any) -> float:
    try:
        return float("no number" if isinstance(result, str) else result)
    except (TypeError, ValueError, RuntimeError):
        raise AnswerError(
            f"your function returned {described(result)}, and one number is wanted"
        ) from None


def described(value: Any) -> str:
    """Return the kind of a value, with shape and dtype where it has them."""
    if isinstance(value, Tensor):
        kind = str(value.dtype).removeprefix("torch.")
        return f"a {kind} tensor of shape {tuple(value.shape)}"
    if value is None:
        return "None"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    return f"a value of type {type(value).__name__}"


def holds_tensor(value: Any) -> bool:
    """Whether there is a tensor in a value, whose dtype a result could take."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        return any(holds_tensor(part) for part in value)
    return isinstance(value, Tensor)


def _floats(value: Any) -> list[Tensor]:
    """Every floating tensor or number inside a value."""
    if isinstance(value, Tensor):
        looked_at = (
            value.is_floating_point()
            and not torch._C._functorch.is_functorch_wrapped_tensor(value)
            and value.numel()
        )
        return [value.detach()] if looked_at else []
    if isinstance(value, float):
        return [torch.tensor(value)]
    if isinstance(value, dict):
        value = list(value.values())
    return (
        [each for part in value for each in _floats(part)] if type(value) in (list, tuple) else []
    )


def has_nan(value: Any) -> bool:
    """Whether there is a NaN among the value's numbers, as far as they can be looked at."""
    return any(bool(each.isnan().any()) for each in _floats(value))


def only_nan(value: Any) -> bool:
    """Whether the value has numbers and all are NaN, as a placeholder's."""
    found = [each for each in _floats(value) if each.numel()]
    return bool(found) and all(bool(each.isnan().all()) for each in found)
