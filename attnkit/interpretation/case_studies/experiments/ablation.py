"""Which heads matter, one at a time and together: what the embedding loses without them."""

from functools import cache

import torch
from torch import Tensor

from attnkit.trained import capture, intervene
from attnkit.trained.experiments.common import embedding, passage, real, rounded

__all__ = ["REMOVED", "ablated"]

REMOVED = (6, 22, 36, 58)
"""How many heads of seventy-two are silenced together."""

OTHERS = (9, 14, 19)
"""Passages by which heads are ordered before they are silenced on another."""

N_HEADS, N_LAYERS = 12, 6


def lost(tokens: Tensor, usual: Tensor, silenced: Tensor) -> float:
    """One less the cosine of the embedding with heads (layer, head) silenced to the usual one."""

    def silent(layer, made):
        return made.weights, made.values.masked_fill(silenced[layer][:, None, None], 0.0)

    changed = embedding(intervene(real().model, tokens, silent))
    return 1 - (usual @ changed).item()


def whole(tokens: Tensor) -> Tensor:
    """The embedding (width,) with all heads."""
    return embedding(capture(real().model, tokens).hidden)


def heads(places: Tensor) -> Tensor:
    """Flags (layer, head) of places from 0 to 71."""
    flags = torch.zeros(N_LAYERS * N_HEADS, dtype=torch.bool)
    flags[places] = True
    return flags.reshape(N_LAYERS, N_HEADS)


def alone(tokens: Tensor) -> Tensor:
    """What is lost without each head (head,)."""
    usual = whole(tokens)
    return torch.tensor([lost(tokens, usual, heads(torch.tensor([h]))) for h in range(72)])


@cache
def order(without: int) -> Tensor:
    """Heads from the least to the most, by other passages than this one."""
    others = [i for i in OTHERS if i != without]
    return torch.stack([alone(passage({"passage": i})) for i in others]).mean(0).argsort()


def ablated(tokens: Tensor, which: int) -> dict[str, list[float]]:
    """Loss without each head; without several of the least, of the most, and drawn by chance."""
    ranked = order(which if which in OTHERS else -1)
    usual = whole(tokens)
    drawn = torch.randperm(72, generator=torch.Generator().manual_seed(which))
    orders = {"least": ranked, "most": ranked.flip(0), "random": drawn}
    together = {
        name: [rounded(lost(tokens, usual, heads(places[:n]))) for n in REMOVED]
        for name, places in orders.items()
    }
    every = torch.ones(N_LAYERS, N_HEADS, dtype=torch.bool)
    single = alone(tokens)
    return {"alone": rounded(single), "all": rounded(lost(tokens, usual, every))} | together
