"""A row of scores as landmark attention sees it: recent keys, and blocks with a landmark each."""

from dataclasses import dataclass

import torch
from torch import Tensor

from attnkit.masks import Mask, require_mask
from attnkit.selection.shared.blocks import in_blocks, no_longer
from attnkit.selection.shared.references import oracle
from attnkit.validate import require_finite

__all__ = ["Sections", "entered", "logsumexp_of_blocks", "sections_of"]


@dataclass(frozen=True)
class Sections:
    """Scores of at least float32, which keys are recent and which in blocks, and the landmarks.

    A landmark is -inf where its block has no key; `inside` is each block's log-sum-exp.
    """

    scores: Tensor
    near: Tensor
    far: Tensor
    inside: Tensor
    landmarks: Tensor
    size: int

    def shifted(self) -> Tensor:
        """Scores whose softmax enters each block with the odds of its landmark."""
        there = self.landmarks > -torch.inf
        moved = torch.where(there, self.landmarks, 0.0) - self.inside.masked_fill(~there, 0.0)
        return self.scores + torch.where(self.far, self.for_each_key(moved), 0.0)

    def for_each_key(self, of_blocks: Tensor) -> Tensor:
        """What each block has, at each of its keys."""
        n_keys = self.scores.shape[-1]
        return of_blocks.repeat_interleave(self.size, -1)[..., :n_keys]


def sections_of(
    scores: Tensor, size: int, landmarks: Tensor | None, recent: Mask | None, mask: Mask | None
) -> Sections:
    """The sections of rows (..., key)."""
    size = no_longer(size, scores.shape[-1])
    attended = scores != -torch.inf
    if mask is not None:
        attended = attended & require_mask(mask, scores.shape, "scores")
    dtype = torch.promote_types(scores.dtype, torch.float32)
    scores = scores.masked_fill(~attended, 0.0).to(dtype)
    require_finite("scores", scores)
    near = torch.zeros_like(attended)
    if recent is not None:
        near = attended & require_mask(recent, scores.shape, "scores")
    far = attended & ~near
    inside = logsumexp_of_blocks(scores, far, size)
    given = inside if landmarks is None else _one_for_each_block(landmarks, inside)
    there = in_blocks(far, size, dim=-1, fill=False).any(-1)
    return Sections(scores, near, far, inside, given.masked_fill(~there, -torch.inf), size)


def entered(parts: Sections, n_kept: int | None) -> Tensor:
    """Which keys (..., key) are recent, or in one of the blocks of the highest landmarks."""
    n_kept = parts.landmarks.shape[-1] if n_kept is None else n_kept
    best = oracle(parts.landmarks.detach().unsqueeze(-2), n_kept).squeeze(-2)
    return parts.near | parts.far & parts.for_each_key(best)


def logsumexp_of_blocks(scores: Tensor, counts: Tensor, size: int) -> Tensor:
    """(..., block): over the keys of each block that count; zero where none does."""
    there = in_blocks(counts, size, dim=-1, fill=False)
    cut = in_blocks(scores, size, dim=-1)
    none = ~there.any(-1, keepdim=True)
    cut = cut.masked_fill(~there & ~none, -torch.inf).masked_fill(none, 0.0)
    return cut.logsumexp(-1).masked_fill(none[..., 0], 0.0)


def _one_for_each_block(landmarks: Tensor, of_blocks: Tensor) -> Tensor:
    fits = landmarks.ndim <= of_blocks.ndim and all(
        a in (1, b) for a, b in zip(landmarks.shape[::-1], of_blocks.shape[::-1], strict=False)
    )
    if not fits:
        raise ValueError(
            f"landmarks must broadcast to {tuple(of_blocks.shape)}, one for each block of scores, "
            f"got {tuple(landmarks.shape)}"
        )
    return landmarks.to(of_blocks.dtype).expand(of_blocks.shape)
