r"""Entmax attention by blocks of queries, and its gradients from one number a query.

With heights h = (alpha - 1)(z - max z), excess = alpha - 1, r = 1 / excess and the weight p* of the
best key, whose power s = p*^excess is minus the threshold of the heights,

    p = p* v^r,        v = [1 + h / s]_+,        e = p^(2 - alpha) = p*^(2 - alpha) v^(r - 1),

so that p* is all that a backward pass needs beside the scores, which it makes again. With the
gradient g = dO V^T of the weights, that of the scores is e (g - sum e g / sum e). Above alpha = 2 a
weight is steeper in the threshold than float32 has digits, and the solver is asked again.
Derived here.
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from attnkit.densities.ada_splash.visible import Visible
from attnkit.densities.finite.autograd import density_of

__all__ = ["backward_in_blocks", "forward_in_blocks"]

_BLOCK = {"cpu": 2**19}
"""Scores that are there at a time."""
_BLOCK_ELSEWHERE = 2**25


class Block(NamedTuple):
    """Some batch elements, some of their queries, and how many keys these may see at most."""

    batch: slice
    rows: slice
    n_keys: int


def _blocks(queries: Tensor, n_keys: int, visible: Visible) -> Iterator[Block]:
    n_batch, n_queries = queries.shape[:2]
    n_rows = max(1, _BLOCK.get(queries.device.type, _BLOCK_ELSEWHERE) // max(n_keys, 1))
    n_together = max(1, n_rows // max(n_queries, 1))
    for first in range(0, n_batch, n_together):
        batch = slice(first, min(first + n_together, n_batch))
        for start in range(0, n_queries, n_rows):
            rows = slice(start, min(start + n_rows, n_queries))
            seen = visible.n_keys(rows, n_keys)
            if seen:
                yield Block(batch, rows, seen)


def _scores(queries: Tensor, keys: Tensor, visible: Visible, block: Block) -> Tensor:
    scores = queries[block.batch, block.rows] @ keys[block.batch, : block.n_keys].mT
    return visible.hide(scores, block.batch, block.rows)


def forward_in_blocks(
    queries: Tensor, keys: Tensor, values: Tensor, alpha: float, visible: Visible
) -> tuple[Tensor, Tensor]:
    """Values read (batch, query, channel), and the weight of each query's best key.

    The queries are divided by the root of the width already.
    """
    read = values.new_zeros(*queries.shape[:2], values.shape[-1])
    best_weights = values.new_zeros(*queries.shape[:2], 1)
    for block in _blocks(queries, keys.shape[1], visible):
        batch, rows, n_keys = block
        weights = density_of(_scores(queries, keys, visible, block), alpha)
        read[batch, rows] = weights @ values[batch, :n_keys]
        best_weights[batch, rows] = weights.amax(-1, keepdim=True)
    return read, best_weights


def backward_in_blocks(
    inputs: tuple[Tensor, Tensor, Tensor],
    best_weights: Tensor,
    d_read: Tensor,
    alpha: float,
    visible: Visible,
) -> tuple[Tensor, Tensor, Tensor]:
    """The gradients of the divided queries, the keys and the values."""
    queries, keys, values = inputs
    d_queries, d_keys, d_values = map(torch.zeros_like, inputs)
    for block in _blocks(queries, keys.shape[1], visible):
        batch, rows, n_keys = block
        scores, d_rows = _scores(queries, keys, visible, block), d_read[batch, rows]
        d_weights = d_rows @ values[batch, :n_keys].mT
        weights, d_scores = _pulled(scores, best_weights[batch, rows], d_weights, alpha)
        d_queries[batch, rows] = d_scores @ keys[batch, :n_keys]
        d_keys[batch, :n_keys] += d_scores.mT @ queries[batch, rows]
        d_values[batch, :n_keys] += weights.mT @ d_rows
    return d_queries, d_keys, d_values


def _pulled(
    scores: Tensor, best_weights: Tensor, d_weights: Tensor, alpha: float
) -> tuple[Tensor, Tensor]:
    """The weights of a block again, and the gradient of its scores."""
    if alpha > 2:
        with torch.enable_grad():
            leaf = scores.requires_grad_()
            weights = density_of(leaf, alpha)
        return weights.detach(), torch.autograd.grad(weights, leaf, d_weights)[0]
    above, escort = _above(scores, best_weights, alpha)
    total = escort.sum(-1, keepdim=True).clamp(min=torch.finfo(escort.dtype).tiny)
    mean = (escort * d_weights).sum(-1, keepdim=True) / total
    return above.mul_(escort).mul_(best_weights ** (alpha - 1)), escort * (d_weights - mean)


def _above(scores: Tensor, best_weights: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """v and e of the derivation; zeros in a row without a key."""
    best = scores.amax(-1, keepdim=True).clamp(min=torch.finfo(scores.dtype).min)
    scale = best_weights ** (alpha - 1)
    above = (scores - best).mul_((alpha - 1) / scale).add_(1).clamp_(min=0)
    power = 1 / (alpha - 1) - 1
    escort = above.sign() if power == 0 else above**power
    return above, escort * best_weights ** (2 - alpha)
