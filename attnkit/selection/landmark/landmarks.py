"""Landmarks that nobody trained: what a block's scores add up to, and what its mean key says."""

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import checked
from attnkit.masks import Mask, require_mask
from attnkit.selection.landmark.sections import logsumexp_of_blocks
from attnkit.selection.shared.blocks import Size, in_blocks
from attnkit.validate import require_finite

__all__ = ["mean_landmarks", "true_landmarks"]


@checked
def true_landmarks(
    scores: Float[Tensor, "*batch key"], *, size: Size, mask: Mask | None = None
) -> Float[Tensor, "*batch block"]:
    r"""Return the landmarks at which nothing is lost: the log-sum-exp of each block's scores.

    .. math:: \ell_b = \log \sum_{j \in b} e^{z_j}

    It takes every score, which a landmark is there to save. Blocks merge:
    :math:`\ell_{a \cup b} = \log(e^{\ell_a} + e^{\ell_b})`.

    Parameters
    ----------
    scores : Tensor
        z, (..., key).
    size : int
        Keys in a block; the last may be shorter.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key counts.

    Returns
    -------
    Tensor
        (..., block) in at least float32; zero for a block in which no key counts.

    Raises
    ------
    ValueError, TypeError
        A size below one; NaN or +inf where a key counts.

    References
    ----------
    Derived here from Mohtashami and Jaggi 2023.
    """
    scores, counts = _counted(scores, mask)
    return logsumexp_of_blocks(scores, counts, size)


@checked
def mean_landmarks(
    scores: Float[Tensor, "*batch key"], *, size: Size, mask: Mask | None = None
) -> Float[Tensor, "*batch block"]:
    r"""Return the score of each block's mean key with the logarithm of how many keys it stands for.

    .. math:: \ell_b = \frac{1}{B} \sum_{j \in b} z_j + \log B \le \log \sum_{j \in b} e^{z_j}

    By Jensen's inequality it never says too much; it is right where the scores are equal.

    Parameters
    ----------
    scores : Tensor
        z, (..., key).
    size : int
        Keys in a block; the last may be shorter, and its B is what it has.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key counts.

    Returns
    -------
    Tensor
        (..., block) in at least float32; zero for a block in which no key counts.

    Raises
    ------
    ValueError, TypeError
        A size below one; NaN or +inf where a key counts.

    References
    ----------
    Derived here.
    """
    scores, counts = _counted(scores, mask)
    there = in_blocks(counts, size, dim=-1, fill=False)
    many = there.sum(-1).clamp_min(1).to(scores.dtype)
    mean = in_blocks(scores.masked_fill(~counts, 0.0), size, dim=-1).sum(-1) / many
    return mean + many.log()


def _counted(scores: Tensor, mask: Mask | None) -> tuple[Tensor, Tensor]:
    """Scores of at least float32, zero where a key does not count; and which count."""
    counts = scores != -torch.inf
    if mask is not None:
        counts = counts & require_mask(mask, scores.shape, "scores")
    scores = scores.masked_fill(~counts, 0.0)
    require_finite("scores", scores)
    return scores.to(torch.promote_types(scores.dtype, torch.float32)), counts
