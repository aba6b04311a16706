"""Annotations as rules: each takes an argument, refuses it or hands it on."""

import inspect
import math
import numbers
import types
import typing
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import torch
from jaxtyping import AbstractArray
from torch import Tensor

from attnkit.shapes import Scope, known_shape, match_shape

__all__ = ["rule_of"]

Rule = Callable[[str, object, Scope], object]


def rule_of(annotation: object, default: object = inspect.Parameter.empty) -> Rule:
    """The rule of one annotation; the argument's own default always passes."""
    rule = _rule(annotation)
    if default is None:
        return lambda name, value, scope: None if value is None else rule(name, value, scope)
    return rule


def _rule(annotation: object) -> Rule:
    origin, parts = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _with_values(_rule(parts[0]), annotation.__metadata__)
    if origin in (typing.Union, types.UnionType):
        return _any_of(annotation, [_rule(part) for part in parts])
    if origin is typing.Literal:
        return _one_of(parts)
    if isinstance(annotation, type) and issubclass(annotation, AbstractArray):
        return _tensor(annotation) if annotation.array_type is Tensor else _anything
    if annotation in _PLAIN:
        return _PLAIN[annotation]
    if annotation is None or annotation is type(None):
        return _instance(type(None), "None")
    if origin is Callable or annotation is Callable:
        return _callable
    return _container(origin, parts) if origin else _class(annotation)


def _with_values(rule: Rule, marks: Iterable) -> Rule:
    marks = [mark for mark in marks if hasattr(mark, "require")]

    def check(name, value, scope):
        value = rule(name, value, scope)
        for mark in marks:
            if value is not None and not isinstance(value, str):
                mark.require(name, value, scope)
        return value

    return check


def _any_of(annotation: object, rules: Sequence[Rule]) -> Rule:
    def check(name, value, scope):
        errors = []
        for rule in rules:
            try:
                return rule(name, value, scope)
            except (TypeError, ValueError) as error:
                errors.append(error)
        raise _closest(name, value, errors)

    return check


def _closest(name: str, value: object, errors: list[Exception]) -> Exception:
    """The refusal that says most: of a size or a dtype before that of a type, else all of them."""
    told = [e for e in errors if not str(e).startswith(f"{name} must be None,")]
    exact = [e for e in told if isinstance(e, ValueError) or " must have " in str(e)]
    if exact or len(told) == 1:
        return (exact or told)[0]
    wanted = dict.fromkeys(str(e).removeprefix(f"{name} must be ").split(", got ")[0] for e in told)
    return TypeError(f"{name} must be {' or '.join(wanted)}, got {_named(value)}")


def _one_of(options: tuple) -> Rule:
    def check(name, value, scope):
        if not isinstance(value, str | int | bool | type(None)) or value not in options:
            listed = ", ".join(map(repr, options))
            raise ValueError(f"{name} must be one of {listed}, got {value!r}")
        return value

    return check


def _tensor(annotation: type[AbstractArray]) -> Rule:
    floating = "float32" in annotation.dtypes and "int64" not in annotation.dtypes
    kind = "a floating-point dtype" if floating else _dtype_word(annotation)
    free = not annotation.dtypes or not isinstance(annotation.dtypes, tuple)

    def check(name, value, scope):
        if not isinstance(value, Tensor):
            hint = (floating and _filled(value, annotation, scope)) or _converted(name, value)
            raise TypeError(f"{name} must be a torch.Tensor, got {_named(value)}{hint}")
        if not free and str(value.dtype).removeprefix("torch.") not in annotation.dtypes:
            raise TypeError(f"{name} must have {kind}, got {value.dtype}")
        match_shape(name, value, annotation, scope)
        return value

    return check


def _filled(value: object, annotation: type[AbstractArray], scope: Scope) -> str:
    """How a number becomes a tensor of the wanted shape, if that is known."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    shape = known_shape(annotation, scope) if is_number and math.isfinite(value) else None
    return f"; torch.full({shape}, {float(value)}) makes one" if shape else ""


def _converted(name: str, value: object) -> str:
    cure = isinstance(value, list | tuple | np.ndarray) or hasattr(value, "__array__")
    return f"; torch.as_tensor({name}) makes one" if cure else ""


def _dtype_word(annotation: type[AbstractArray]) -> str:
    word = annotation.__name__.split("[")[0].lower()
    return {"bool": "dtype torch.bool", "int": "an integer dtype"}.get(word, f"dtype {word}")


def _number(name: str, value: object, scope: Scope) -> object:
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name} must be a number, got {_named(value)}")
    value = value.item() if isinstance(value, np.generic) else value
    if value != value:
        raise ValueError(f"{name} must be a number, got nan")
    return value


def _integer(name: str, value: object, scope: Scope) -> object:
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name} must be an integer, got {_named(value)}")
    return int(value)


def _generator(name: str, value: object, scope: Scope) -> object:
    if not isinstance(value, torch.Generator):
        raise TypeError(
            f"{name} must be a torch.Generator, such as torch.Generator().manual_seed(0), "
            f"got {_named(value)}"
        )
    return value


def _callable(name: str, value: object, scope: Scope) -> object:
    if not callable(value):
        raise TypeError(f"{name} must be callable, got {_named(value)}")
    return value


def _anything(name: str, value: object, scope: Scope) -> object:
    return value


def _instance(wanted: type, word: str) -> Rule:
    def check(name, value, scope):
        if not isinstance(value, wanted):
            raise TypeError(f"{name} must be {word}, got {_named(value)}")
        return value

    return check


def _class(annotation: object) -> Rule:
    if not isinstance(annotation, type) or annotation is object:
        return _anything
    if getattr(annotation, "_is_protocol", False):
        seen = getattr(annotation, "_is_runtime_protocol", False)
        return _protocol(annotation) if seen else _anything
    return _instance(annotation, _with_article(annotation))


def _with_article(annotation: type) -> str:
    return f"{'an' if annotation.__name__[0] in 'AEIOUaeiou' else 'a'} {annotation.__name__}"


def _protocol(annotation: type) -> Rule:
    """Any object with the methods that a protocol names, and no class: that one is not made yet."""
    wanted = [name for name in vars(annotation) if not name.startswith("_")]
    methods = ", ".join(f"`{each}`" for each in wanted)
    told = f"{_with_article(annotation)}, an object with {methods}"

    def check(name, value, scope):
        if isinstance(value, type):
            raise TypeError(f"{name} must be {told}, got the class {value.__name__}: call it first")
        missing = [f"`{each}`" for each in wanted if not callable(getattr(value, each, None))]
        if missing:
            lack = f", which lacks {', '.join(missing)}"
            raise TypeError(f"{name} must be {told}, got {_named(value)}{lack}")
        return value

    return check


def _container(origin: type, parts: tuple) -> Rule:
    """A tuple, a sequence or a mapping, each of its entries by its own rule."""
    if not isinstance(origin, type):
        return _anything
    if issubclass(origin, Mapping) or not issubclass(origin, Sequence):
        return _class(origin)
    whole = _class(origin)
    fixed = origin is tuple and Ellipsis not in parts
    rules = [_rule(part) for part in parts if part is not Ellipsis]

    def check(name, value, scope):
        whole(name, value, scope)
        if isinstance(value, str):
            raise TypeError(f"{name} must be a {origin.__name__}, got str {value!r}")
        if fixed and len(value) != len(rules):
            raise ValueError(f"{name} must hold {len(rules)} entries, got {len(value)}")
        each = rules if fixed else rules * len(value)
        entries = [
            rule(f"{name}[{i}]", entry, scope)
            for i, (rule, entry) in enumerate(zip(each, value, strict=False))
        ]
        return type(value)(entries) if type(value) in (list, tuple) else value

    return check


def _named(value: object) -> str:
    """What came, in a few words."""
    if isinstance(value, Tensor):
        return f"a tensor of shape {tuple(value.shape)}"
    if value is None:
        return "None"
    if isinstance(value, bool | int | float | complex | str):
        text = repr(value)
        return f"{type(value).__name__} {text if len(text) < 60 else text[:57] + '...'}"
    return type(value).__name__


_PLAIN: dict[object, Rule] = {
    float: _number,
    int: _integer,
    bool: _instance(bool, "True or False"),
    str: _instance(str, "a string"),
    Tensor: _instance(Tensor, "a torch.Tensor"),
    torch.Generator: _generator,
    object: _anything,
    typing.Any: _anything,
}
