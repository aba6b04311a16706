"""The four masks that the page compares: who may look at whom, (query, key), true where one may."""

from typing import Annotated

import torch
from jaxtyping import Bool
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["causal_mask", "causal_window_mask", "full_mask", "window_mask"]

Count = Annotated[int, Range(0, 16_384)]
Mask = Bool[Tensor, "token token"]


@checked
def full_mask(n_tokens: Count) -> Mask:
    """Everyone looks at everyone."""
    return torch.ones(n_tokens, n_tokens, dtype=torch.bool)


@checked
def causal_mask(n_tokens: Count) -> Mask:
    """A token looks at itself and at those before it."""
    return full_mask(n_tokens).tril()


@checked
def window_mask(n_tokens: Count, reach: Count) -> Mask:
    """A token looks at those up to `reach` places away, on both sides."""
    return full_mask(n_tokens).tril(reach).triu(-reach)


@checked
def causal_window_mask(n_tokens: Count, reach: Count) -> Mask:
    """A token looks at itself and at `reach` tokens before it."""
    return causal_mask(n_tokens).triu(-reach)
