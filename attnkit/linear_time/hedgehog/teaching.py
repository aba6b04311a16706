"""Attention weight distillation: maps are taught the rows that a head's softmax makes."""

from collections.abc import Callable, Sequence
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.linear_time.hedgehog.learned import LearnedMaps
from attnkit.masks import Mask, require_mask
from attnkit.precision import widened
from attnkit.validate import require_finite

__all__ = ["distil", "imitation_loss"]

Passage = tuple[Tensor, Tensor, Tensor]
SLACK = 1e-2
"""How far from one a row may sum: half precision rounds each of its weights."""


@checked
def imitation_loss(
    weights: Annotated[Float[Tensor, "*batch query key"], Finite()],
    imitation: Annotated[Float[Tensor, "*batch query key"], Finite()],
) -> Float[Tensor, "*batch query"]:
    r"""Return the cross-entropy of each row of an imitation to the row it stands for, in nats.

    .. math:: -\sum_j p_j \log w_j

    Its gradient in w is that of the divergence: they differ by the entropy of p. Weights below
    10⁻³⁰ count as that, so that the loss is finite.

    Parameters
    ----------
    weights, imitation : Tensor
        (..., query, key): p, and w that stands for it.

    Returns
    -------
    Tensor
        (..., query), in at least float32.

    Raises
    ------
    ValueError, TypeError
        Shapes that differ, NaN or infinity; anything but floating-point tensors.

    References
    ----------
    Zhang et al. 2024, arXiv:2402.04347: *attention weight distillation*.
    """
    dtype = torch.promote_types(weights.dtype, torch.float32)
    return -(weights.to(dtype) * imitation.to(dtype).clamp_min(1e-30).log()).sum(-1)


@checked
def distil(
    maps: LearnedMaps,
    passages: Sequence[Passage],
    *,
    masks: Sequence[Mask] | None = None,
    n_steps: Annotated[int, Range(0, 1_000_000)] = 300,
    rate: Annotated[float, Range(0.0, 1e3)] = 1e-2,
    watch: Callable[[int], None] | None = None,
) -> Float[Tensor, "step"]:
    r"""Teach all heads to imitate their rows, one passage a step, in turn.

    .. math:: \min_{W_q, W_k} \; -\frac1n \sum_{i,j} p_{ij} \log w_{ij}

    Each head has parameters of its own, so that the sum over heads trains each as if alone; Adam.

    Parameters
    ----------
    maps : LearnedMaps
        Changed in place.
    passages : sequence of tuple
        Queries and keys (head, time, d) and the weights (head, time, time) to be imitated, one
        triple for each passage, of any lengths. No gradient flows into them.
    masks : sequence of Tensor or None
        One for each passage, true where a query may read a key, broadcast to its weights; for a
        causal head ``torch.ones(n, n, dtype=torch.bool).tril()``. Every key of a passage else.
    n_steps : int
        Steps, up to a million.
    rate : float
        Adam's rate.
    watch : callable or None
        Called after each step with the number of steps taken.

    Returns
    -------
    Tensor
        (step,), the loss before each step, mean over heads.

    Raises
    ------
    ValueError, TypeError
        No passage, one that is no triple, shapes that do not fit, rows of weights that are negative
        or sum to something else than one (zero where all is masked), weights where a mask allows
        none, another number of masks than of passages.

    References
    ----------
    Zhang et al. 2024, arXiv:2402.04347. Rate and number of steps are ours.
    """
    with torch.inference_mode(False), torch.enable_grad():
        lessons = _lessons(passages, masks)
        optimiser = torch.optim.Adam(maps.parameters(), lr=rate)
        losses = []
        for step in range(n_steps):
            queries, keys, weights, mask = lessons[step % len(lessons)]
            each = imitation_loss(weights, maps(queries, keys, mask)).mean(-1)
            optimiser.zero_grad()
            each.sum().backward()
            optimiser.step()
            losses.append(each.detach().mean())
            if watch is not None:
                watch(step + 1)
    return torch.stack(losses) if losses else torch.zeros(0)


def _lessons(passages: Sequence[Passage], masks: Sequence[Mask] | None) -> list[tuple]:
    """Each passage, cut off from whatever graph made it, with its mask, looked over."""
    if len(passages) == 0:
        raise ValueError("passages must hold at least one triple, got none")
    if masks is None:
        masks = [None] * len(passages)
    if len(masks) != len(passages):
        raise ValueError(
            f"masks must hold one for each of {len(passages)} passages, got {len(masks)}"
        )
    lessons = []
    for place, (passage, mask) in enumerate(zip(passages, masks, strict=True)):
        apart = [t.detach().clone() if t.is_inference() else t.detach() for t in passage]
        _require_rows(f"the weights of passages[{place}]", apart[2], mask)
        lessons.append((*apart, mask))
    return lessons


def _require_rows(name: str, weights: Tensor, mask: Tensor | None) -> None:
    """Rows that are averages, over what the mask leaves."""
    if weights.numel() == 0:
        return
    require_finite(name, weights)
    if bool(weights.amin() < 0):
        raise ValueError(f"{name} must not be negative, got {weights.amin():g}")
    sums, wanted = widened(weights).sum(-1), 1.0
    if mask is not None:
        seen = require_mask(mask, weights.shape, name).expand(weights.shape)
        if bool(weights[~seen].any()):
            raise ValueError(f"{name} must be zero where its mask is false, got some that are not")
        wanted = widened(seen.any(-1))
    off = (sums - wanted).abs()
    if not bool(off.amax() <= SLACK):
        worst = sums.flatten()[off.argmax()]
        raise ValueError(f"{name} must have rows that sum to one, got a sum of {worst:g}")
