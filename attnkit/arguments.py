"""The one boundary: a signature says what each argument is, and `checked` holds a call to it.

    @checked
    def shares(
        scores: Annotated[Float[Tensor, "*batch key"], Finite(minus_inf=True)],
        alpha: Annotated[float, Range(1.0, 64.0)] = 1.5,
        n_steps: Annotated[int, Range(1, 1000)] = 20,
    ): ...

Shapes and dtypes are read from jaxtyping's annotations, values from `Range`, `Finite` and `Like`.
An error names the argument, what came and what was wanted. Shapes and types are looked at whenever
Python runs; values only where they can be (not inside a vmap); compiled code is not checked.

A list or a numpy array where a tensor is wanted is refused, with the cure; a numpy scalar is the
Python number it is; a bool is not a number; an empty batch is a batch.
"""

import functools
import inspect
import math
import typing
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from attnkit.annotations import rule_of
from attnkit.shapes import Scope
from attnkit.validate import counted, is_traced, require_finite

__all__ = ["Finite", "Like", "Range", "checked"]


@dataclass(frozen=True)
class Range:
    """Every number between `low` and `high`, ends included unless `open`; never NaN or infinite."""

    low: float = -math.inf
    high: float = math.inf
    open: bool = False

    def require(self, name: str, value: object, scope: Scope) -> None:
        """Refuse a number, or a tensor with an entry, outside."""
        if isinstance(value, Tensor):
            self._require_entries(name, value)
        elif not self._holds(value):
            raise ValueError(f"{name} must be {self}, got {value}")

    def _require_entries(self, name: str, tensor: Tensor) -> None:
        if is_traced(tensor) or tensor.numel() == 0:
            return
        entries = tensor.detach()
        low, high = entries.aminmax()  # NaN wins both
        if bool(self._admits(low) & self._admits(high)):
            return
        bad = ~self._admits(entries)
        first = entries[bad].flatten()[0].item()
        count = counted(int(bad.sum()), "other entry")
        raise ValueError(f"{name} must be {self}, got {count} such as {first:g}")

    def _admits(self, entries: Tensor) -> Tensor:
        # In half precision a bound may round to infinity, which infinity would not exceed.
        return self._holds(entries) & entries.isfinite()

    def _holds(self, value):
        above = value > self.low if self.open or self.low == -math.inf else value >= self.low
        below = value < self.high if self.open or self.high == math.inf else value <= self.high
        return above & below

    def __str__(self) -> str:
        left = "(" if self.open or self.low == -math.inf else "["
        right = ")" if self.open or self.high == math.inf else "]"
        return f"in {left}{_plain(self.low)}, {_plain(self.high)}{right}"


@dataclass(frozen=True)
class Finite:
    """No NaN and no infinity; with `minus_inf` an entry of −inf is fine, as in a masked score."""

    minus_inf: bool = False

    def require(self, name: str, value: object, scope: Scope) -> None:
        """Refuse a tensor with such an entry."""
        if isinstance(value, Tensor) and not is_traced(value):
            require_finite(name, value, allow_minus_inf=self.minus_inf)


@dataclass(frozen=True)
class Like:
    """Of the dtype and on the device of another argument, which stands earlier."""

    other: str

    def require(self, name: str, value: object, scope: Scope) -> None:
        """Refuse a tensor of another dtype or on another device."""
        model = scope.arguments.get(self.other)
        if not isinstance(value, Tensor) or not isinstance(model, Tensor):
            return
        if (value.dtype, value.device) != (model.dtype, model.device):
            raise TypeError(
                f"{name} must be {model.dtype} on {model.device} like {self.other}, "
                f"got {value.dtype} on {value.device}"
            )


def checked(subject: Callable | type):
    """Check each call of a function, or each construction of a class, against its signature.

    Parameters
    ----------
    subject : a function, a method, or a class (a dataclass, say), whose `__init__` is checked.

    Returns
    -------
    The function with its checks, or the class itself.
    """
    if isinstance(subject, type):
        hints = functools.partial(typing.get_type_hints, subject.__init__, include_extras=True)
        made = vars(subject).get("__dataclass_params__")
        if made is not None and made.init:
            hints = functools.partial(typing.get_type_hints, subject, include_extras=True)
        subject.__init__ = _guarded(subject.__init__, hints)
        return subject
    return _guarded(subject, functools.partial(typing.get_type_hints, subject, include_extras=True))


_HINTS: list[tuple[Callable, Callable[[], dict]]] = []


def _guarded(function: Callable, hints: Callable[[], dict]) -> Callable:
    place = len(_HINTS)
    _HINTS.append((function, hints))

    # Dynamo must be able to build this closure anew: nothing but a function and a number.
    @functools.wraps(function)
    def call(*args, **kwargs):
        if torch.compiler.is_compiling():
            return function(*args, **kwargs)
        args, kwargs = _boundary(place).admit(args, kwargs)
        return function(*args, **kwargs)

    return call


@functools.cache
def _boundary(place: int) -> "_Boundary":
    """The rules of a function, read from its annotations when it is first called."""
    function, hints = _HINTS[place]
    return _Boundary(inspect.signature(function), hints())


class _Boundary:
    """The rules of one signature."""

    def __init__(self, signature: inspect.Signature, hints: dict):
        kinds = inspect.Parameter
        parameters = [
            p for p in signature.parameters.values() if p.kind not in (kinds.VAR_KEYWORD,)
        ]
        self.positional = [
            p.name
            for p in parameters
            if p.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD)
        ]
        self.rules = {
            p.name: rule_of(hints[p.name], p.default)
            for p in parameters
            if p.name in hints and p.kind != kinds.VAR_POSITIONAL
        }
        rest = [p for p in parameters if p.kind == kinds.VAR_POSITIONAL]
        self.rest = rest and (
            rest[0].name,
            rule_of(hints.get(rest[0].name, object), rest[0].default),
        )

    def admit(self, args: tuple, kwargs: dict) -> tuple[tuple, dict]:
        """The arguments, numpy scalars as Python numbers; or an error that names one of them."""
        scope = Scope()
        named = dict(zip(self.positional, args, strict=False))
        # A call that Python itself refuses (too many arguments, one twice) is left to it.
        rest = args[len(named) :]
        if (rest and not self.rest) or named.keys() & kwargs.keys():
            return args, kwargs
        named |= kwargs
        scope.arguments = named
        for name, rule in self.rules.items():
            if name in named:
                named[name] = rule(name, named[name], scope)
        taken = self.positional[: len(args)]
        rest = tuple(self.rest[1](self.rest[0], value, scope) for value in rest)
        return (*(named.pop(name) for name in taken), *rest), named


def _plain(number: float) -> str:
    return str(number) if isinstance(number, int) else f"{number:g}"
