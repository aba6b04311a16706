"""Largest score, sum of exponentials, sum of values under them: three things that can be merged.

The sums are taken relative to the largest score, so that nothing overflows. That score is only a
reference: whatever it is, the read is the same, and so no gradient flows through it. The triple of
no key is (−inf, 0, 0), and merging anything with it changes nothing.
"""

import math
from typing import NamedTuple

import torch
from torch import Tensor

__all__ = ["Triple", "merged", "of_tokens", "read", "widened"]


class Triple(NamedTuple):
    """Largest score (...), sum of exponentials (...) and sum of values under them (..., value)."""

    largest: Tensor
    weight: Tensor
    total: Tensor

    def at(self, place: slice | int | Tensor) -> "Triple":
        """Some places of the last dimension that largest score and weight have."""
        return Triple(self.largest[..., place], self.weight[..., place], self.total[..., place, :])


def widened(*tensors: Tensor) -> tuple[Tensor, ...]:
    """In the dtype to compute in: at least float32."""
    return tuple(t.to(torch.promote_types(t.dtype, torch.float32)) for t in tensors)


def of_tokens(scores: Tensor, values: Tensor, mask: Tensor | None) -> Triple:
    """The triple of each key alone; that of no key where a mask leaves it out."""
    if mask is not None:
        scores = torch.where(mask, scores, -math.inf)
        values = torch.where(mask[..., None], values, 0.0)
    largest = scores.detach()
    counts = largest > -math.inf
    above = torch.where(counts, scores, 0.0) - torch.where(counts, largest, 0.0)
    weight = torch.where(counts, above.exp(), 0.0)
    return Triple(largest, weight, weight[..., None] * values)


def merged(one: Triple, other: Triple) -> Triple:
    """The triple of the keys of both."""
    largest = torch.maximum(one.largest, other.largest)
    reference = torch.where(largest > -math.inf, largest, 0.0)
    left, right = ((each.largest - reference).exp() for each in (one, other))
    weight = left * one.weight + right * other.weight
    total = left[..., None] * one.total + right[..., None] * other.total
    return Triple(largest, weight, total)


def read(triple: Triple) -> Tensor:
    """The mean of the values (..., value) under the weights; zero where there was no key."""
    seen = triple.weight > 0
    weight = torch.where(seen, triple.weight, 1.0)
    return torch.where(seen[..., None], triple.total / weight[..., None], 0.0)
