"""Where a head settles that is pulled to its own sharpness and charged for its entropy."""

import functools

import torch
from torch import Tensor

from attnkit.concentration.entropy_guided.band import band_penalty, released_band_penalty
from attnkit.diagnostics import entropy
from attnkit.masks import Mask

__all__ = ["PENALTIES", "SHARPNESS", "causal", "downhill", "relative_entropy", "settled"]

N_KEYS = 24
SHARPNESS = torch.logspace(-1.2, 2, 97, dtype=torch.float64)
"""Factors on the scores, from almost even rows to one key each."""

PENALTIES = {"band": band_penalty, "released": released_band_penalty}


def causal() -> Mask:
    """Which keys each query sees."""
    return torch.ones(N_KEYS, N_KEYS, dtype=torch.bool).tril()


@functools.cache
def _weights() -> Tensor:
    """Causal weights of the same normal scores at every sharpness, (sharpness, 1, query, key)."""
    scores = torch.randn(N_KEYS, N_KEYS, generator=torch.Generator().manual_seed(0)).double()
    sharp = SHARPNESS.view(-1, 1, 1, 1) * scores
    return sharp.masked_fill(~causal(), -torch.inf).softmax(-1)


@functools.cache
def relative_entropy() -> Tensor:
    """Mean over the queries of entropy over the log of the visible keys, (sharpness,)."""
    visible = torch.arange(2, N_KEYS + 1).double().log()
    return (entropy(_weights())[:, 0, 1:] / visible).mean(-1)


def settled(
    penalty: str, target: float, tolerance: float, weight: float, mask: Mask | None
) -> Tensor:
    """For each sharpness where descent from it ends, as places in `SHARPNESS`.

    The loss is the weight times the penalty, plus half the squared distance in log sharpness from
    where the head began: what its task would rather have.
    """
    goal = torch.tensor([target], dtype=torch.float64)
    charge = PENALTIES[penalty](_weights(), goal, tolerance, mask)[:, 0]
    logs = SHARPNESS.log()
    loss = weight * charge + (logs - logs.unsqueeze(-1)).square() / 2
    return torch.tensor([downhill(row, start) for start, row in enumerate(loss.tolist())])


def downhill(loss: list[float], place: int) -> int:
    """The first place from which neither neighbour is lower."""
    while True:
        near = [p for p in (place - 1, place + 1) if 0 <= p < len(loss)]
        best = min(near, key=loss.__getitem__)
        if loss[best] >= loss[place]:
            return place
        place = best
