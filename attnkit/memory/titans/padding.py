"""Tokens that count, moved before those that do not, so that padding ends a sequence everywhere."""

from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.validate import require_finite

__all__ = ["Front", "counted"]


def counted(tokens: Tensor, mask: Tensor | None) -> Tensor:
    """Finite tokens (..., time, width), zeros where none counts, whatever stands there."""
    if mask is not None:
        tokens = torch.where(mask[..., None], tokens, tokens.new_zeros(()))
    require_finite("tokens", tokens)
    return tokens


class Front(NamedTuple):
    """Tokens (..., time, width) that count first, zeros behind; which count; where each one stands.

    Without a mask tokens stay where they are, and `places` is none.
    """

    tokens: Tensor
    counts: Tensor
    places: Tensor | None

    @classmethod
    def of(cls, tokens: Tensor, mask: Tensor | None) -> "Front":
        """Move the tokens of which these count, in their order; what stands elsewhere is unread."""
        tokens = counted(tokens, mask)
        if mask is None:
            return cls(tokens, tokens.new_ones(tokens.shape[:-1], dtype=torch.bool), None)
        order = (~mask).long().argsort(dim=-1, stable=True)
        moved = tokens.gather(-2, order[..., None].expand(tokens.shape))
        return cls(moved, mask.gather(-1, order), order.argsort(-1))

    @property
    def mask(self) -> Tensor | None:
        """Which of the moved tokens count, or none where all do."""
        return None if self.places is None else self.counts

    def back(self, outputs: Tensor) -> Tensor:
        """Outputs (..., time, width) where their tokens stood, zeros where none counts."""
        if self.places is None:
            return outputs
        outputs = torch.where(self.counts[..., None], outputs, outputs.new_zeros(()))
        return outputs.gather(-2, self.places[..., None].expand(outputs.shape))
