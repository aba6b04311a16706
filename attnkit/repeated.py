"""Gradients of a hand-written pass that can be differentiated again: its plain form replayed."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.autograd import forward_ad

__all__ = ["is_transformed", "must_replay", "replayed"]


def is_transformed(*tensors: Tensor | None) -> bool:
    """Whether any tensor is a wrapper of `torch.func`, a batch of gradients, or has a tangent."""
    if torch.compiler.is_compiling():
        return False
    return any(t is not None and (_is_wrapper(t) or _has_tangent(t)) for t in tensors)


def _is_wrapper(tensor: Tensor) -> bool:
    functorch = torch._C._functorch
    return functorch.is_functorch_wrapped_tensor(tensor) or functorch.is_legacy_batchedtensor(
        tensor
    )


def _has_tangent(tensor: Tensor) -> bool:
    return forward_ad.unpack_dual(tensor).tangent is not None


def must_replay(*d_outputs: Tensor) -> bool:
    """Whether these gradients will be differentiated, or stand for a whole batch of gradients.

    Compiled code is once differentiable, and its backward is traced with gradients enabled.
    """
    if torch.compiler.is_compiling():
        return False
    return torch.is_grad_enabled() or is_transformed(*d_outputs)


def replayed(
    plain: Callable[..., tuple[Tensor, ...]],
    inputs: Sequence[Tensor | None],
    d_outputs: Sequence[Tensor],
) -> list[Tensor | None]:
    """The gradients of `plain` at `inputs` by autograd, part of the graph where one is wanted.

    Every input is seen through an alias, so that no path from one input to another is counted.
    """
    create_graph = torch.is_grad_enabled()
    with torch.enable_grad():
        aliases = [None if t is None else t.view_as(t) for t in inputs]
        outputs = plain(*aliases)
    pairs = [(o, d) for o, d in zip(outputs, d_outputs, strict=True) if o.requires_grad]
    leaves = [t for t in aliases if t is not None and t.requires_grad]
    gradients = iter(
        torch.autograd.grad(
            [o for o, _ in pairs],
            leaves,
            [d for _, d in pairs],
            create_graph=create_graph,
            allow_unused=True,
        )
    )
    return [next(gradients) if t is not None and t.requires_grad else None for t in aliases]
