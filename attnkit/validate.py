"""Argument checks whose messages name the argument, what came and what was wanted."""

import math

import torch
from torch import Tensor

__all__ = [
    "counted",
    "is_traced",
    "require_each_finite",
    "require_finite",
    "require_finite_results",
    "require_floating",
    "require_generator",
    "require_number",
    "require_positive",
    "require_shape",
    "sum_finite",
]


def counted(n: int, noun: str) -> str:
    """A number with its noun: "1 bad entry", "2 bad entries", "3 layers"."""
    if n == 1:
        return f"{n} {noun}"
    return f"{n} {noun[:-1]}ies" if noun.endswith("y") else f"{n} {noun}s"


def is_traced(tensor: Tensor) -> bool:
    """Whether values cannot be looked at: compiled, exported, or inside a vmap."""
    return torch.compiler.is_compiling() or torch._C._functorch.is_functorch_wrapped_tensor(tensor)


def require_floating(name: str, tensor: Tensor) -> None:
    """Refuse anything but a floating-point tensor, so that integers are never silently computed."""
    if not isinstance(tensor, Tensor):
        raise TypeError(f"{name} must be a torch.Tensor, got {type(tensor).__name__}")
    if not tensor.is_floating_point():
        raise TypeError(f"{name} must have a floating-point dtype, got {tensor.dtype}")


def require_finite(name: str, tensor: Tensor, *, allow_minus_inf: bool = False) -> None:
    """Refuse NaN and infinities in eager mode; traced code cannot look at values."""
    if is_traced(tensor) or tensor.numel() == 0:
        return
    detached = tensor.detach()
    low, high = (
        detached.aminmax()
    )  # NaN wins both; a mask of the size of the tensor costs 25 times it
    if bool((high < math.inf) & (allow_minus_inf | (low > -math.inf))):
        return
    good = detached < math.inf if allow_minus_inf else detached.isfinite()
    wanted = "finite numbers or -inf" if allow_minus_inf else "finite numbers"
    count = counted(int((~good).sum()), "bad entry")
    example = detached[~good].flatten()[0].item()
    raise ValueError(f"{name} must hold {wanted}, got {count} such as {example}")


def require_each_finite(**tensors: Tensor) -> None:
    """`require_finite` of each, after one look at all: each look waits for a device."""
    if all(t.numel() and not is_traced(t) for t in tensors.values()):
        extremes = [each for t in tensors.values() for each in t.detach().aminmax()]
        if bool(torch.stack(extremes).isfinite().all()):
            return
    for name, tensor in tensors.items():
        require_finite(name, tensor)


def require_positive(name: str, tensor: Tensor, *, low: float | None = None) -> None:
    """Refuse entries that are not > 0 (or, with `low`, not >= low); eager mode only."""
    if is_traced(tensor):
        return
    detached = tensor.detach()
    good = detached > 0 if low is None else detached >= low
    if not bool(good.all()):
        wanted = "> 0" if low is None else f">= {low:g}"
        example = detached[~good].flatten()[0].item()
        raise ValueError(f"{name} must be {wanted}, got {example}")


def require_generator(name: str, generator: object) -> None:
    """Refuse anything but a torch.Generator: a bare seed says nothing of the device it is for."""
    if not isinstance(generator, torch.Generator):
        raise TypeError(
            f"{name} must be a torch.Generator, such as torch.Generator().manual_seed(0), "
            f"got {generator!r}"
        )


def require_number(
    name: str,
    value: float | int,
    *,
    low: float | int = -math.inf,
    high: float | int = math.inf,
    exclusive: bool = False,
) -> None:
    """Refuse a number outside [low, high], or outside (low, high) when exclusive."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"{name} must be a number, got {type(value).__name__}")
    inside = low < value < high if exclusive else low <= value <= high
    if not inside:
        brackets = "()" if exclusive else "[]"
        raise ValueError(
            f"{name} must be in {brackets[0]}{low:g}, {high:g}{brackets[1]}, got {value}"
        )


def require_shape(name: str, tensor: Tensor, wanted: tuple[int | None, ...]) -> None:
    """Refuse a tensor whose trailing sizes differ from `wanted` (None: any size)."""
    got = tuple(tensor.shape[-len(wanted) :]) if wanted else ()
    fits = len(got) == len(wanted) and all(
        w is None or g == w for g, w in zip(got, wanted, strict=True)
    )
    if not fits:
        shape = ", ".join("any" if w is None else str(w) for w in wanted)
        raise ValueError(
            f"{name} must have trailing shape ({shape}), got shape {tuple(tensor.shape)}"
        )


def sum_finite(*results: Tensor) -> bool:
    """Whether the sum of each is finite, so that no entry is not; traced code cannot look.

    Half precision is summed in float32. Each look waits for a device, so there it is one.
    """
    looked = [r.detach() for r in results if not is_traced(r)]
    sums = [r.sum(dtype=torch.promote_types(r.dtype, torch.float32)) for r in looked]
    if len(sums) > 1 and sums[0].is_cuda:
        return bool(torch.stack([s.isfinite() for s in sums]).all())
    return all(bool(s.isfinite()) for s in sums)


def require_finite_results(results: dict[str, Tensor], **inputs: Tensor | None) -> None:
    """Blame the input that holds a NaN or infinity, or say what is too large for the dtype.

    Every token reads its own write, so no bad entry fails to reach a result, whose sum is one
    cheap look.

    Raises
    ------
    ValueError
        For a result that is not finite.
    """
    if sum_finite(*results.values()):
        return
    given = {name: tensor for name, tensor in inputs.items() if tensor is not None}
    for name, tensor in given.items():
        require_finite(name, tensor)
    for name, result in results.items():
        if not bool(result.isfinite().all()):
            sizes = ", ".join(f"{n} reach {t.detach().abs().max():.3g}" for n, t in given.items())
            raise ValueError(
                f"{name} overflows {result.dtype} (up to {torch.finfo(result.dtype).max:.3g}) "
                f"although every input is finite: {sizes}; scale them down or use a wider dtype"
            )
