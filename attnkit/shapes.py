"""Shapes as jaxtyping writes them, matched against tensors, one name one size within a call."""

import torch
from jaxtyping import AbstractArray
from torch import Tensor

__all__ = ["Scope", "known_shape", "match_shape"]


class Scope:
    """What one call has bound so far: the arguments, and the sizes that shape names stand for."""

    def __init__(self):
        self.arguments: dict[str, object] = {}
        self.sizes: dict[str, int | tuple[int, ...]] = {}
        self.origin: dict[str, str] = {}

    def fork(self) -> "Scope":
        """A copy to try a match on."""
        other = Scope()
        other.arguments = self.arguments
        other.sizes, other.origin = dict(self.sizes), dict(self.origin)
        return other

    def adopt(self, other: "Scope") -> None:
        """Keep what a match on a copy has bound."""
        self.sizes, self.origin = other.sizes, other.origin


def match_shape(name: str, tensor: Tensor, annotation: type[AbstractArray], scope: Scope) -> None:
    """Refuse a tensor whose shape is not the annotation's, given the sizes bound so far."""
    trial = scope.fork()
    if not _fits(name, tuple(tensor.shape), annotation, trial):
        raise ValueError(
            f"{name} must have shape {_wanted(annotation, scope)}, got {tuple(tensor.shape)}"
        )
    scope.adopt(trial)


def known_shape(annotation: type[AbstractArray], scope: Scope) -> tuple[int, ...] | None:
    """The shape that is wanted, if earlier arguments and digits say all of it."""
    sizes: list[int] = []
    for word in annotation.dim_str.split():
        found = int(word) if word.isdigit() else scope.sizes.get(word)
        if found is None:
            return None
        sizes += found if isinstance(found, tuple) else (found,)
    return tuple(sizes)


def _fits(name: str, shape: tuple[int, ...], annotation: type[AbstractArray], scope: Scope) -> bool:
    dims, star = annotation.dims, annotation.index_variadic
    if star is None:
        return len(shape) == len(dims) and _all_fit(name, shape, dims, scope)
    after = len(dims) - star - 1
    if len(shape) < star + after:
        return False
    stop = len(shape) - after
    return (
        _all_fit(name, shape[:star], dims[:star], scope)
        and _star_fits(name, shape[star:stop], dims[star], scope)
        and _all_fit(name, shape[stop:], dims[star + 1 :], scope)
    )


def _all_fit(name: str, shape: tuple[int, ...], dims: tuple, scope: Scope) -> bool:
    return all(_one_fits(name, size, dim, scope) for size, dim in zip(shape, dims, strict=True))


def _one_fits(name: str, size: int, dim, scope: Scope) -> bool:
    if getattr(dim, "broadcastable", False) and size == 1:
        return True
    if hasattr(dim, "size"):
        return size == dim.size
    if hasattr(dim, "elem"):
        known = {key: value for key, value in scope.sizes.items() if isinstance(value, int)}
        try:
            return size == eval(dim.elem, {"__builtins__": {}}, known)
        except NameError:
            return True
    if not hasattr(dim, "name"):
        return True
    return _bind(name, dim.name, size, scope)


def _star_fits(name: str, sizes: tuple[int, ...], dim, scope: Scope) -> bool:
    if not hasattr(dim, "name"):
        return True
    if not dim.broadcastable:
        return _bind(name, "*" + dim.name, sizes, scope)
    strict = scope.sizes.get("*" + dim.name)
    try:
        joint = torch.broadcast_shapes(scope.sizes.get("*#" + dim.name, ()), sizes)
        whole = joint if strict is None else torch.broadcast_shapes(joint, strict)
    except RuntimeError:
        return False
    if strict is not None and whole != torch.Size(strict):
        return False
    scope.sizes["*#" + dim.name] = tuple(joint)
    scope.origin.setdefault("*#" + dim.name, name)
    return True


def _bind(name: str, key: str, size: int | tuple[int, ...], scope: Scope) -> bool:
    if key not in scope.sizes:
        scope.sizes[key], scope.origin[key] = size, name
    return scope.sizes[key] == size


def _wanted(annotation: type[AbstractArray], scope: Scope) -> str:
    """The shape in the annotation's words, and the sizes that earlier arguments gave to them."""
    words = annotation.dim_str.split()
    text = "(" + ", ".join(words) + ("," if len(words) == 1 else "") + ")"
    known = []
    for word in words:
        key = next((k for k in (word, word.replace("#", "")) if k in scope.sizes), None)
        if key is not None:
            known.append(f"{key} = {scope.sizes[key]} as in {scope.origin[key]}")
    return text + (f" with {', '.join(known)}" if known else "")
