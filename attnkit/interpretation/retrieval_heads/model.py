"""Two layers of attention and nothing else: the smallest model that learns to go on as before."""

import math
from typing import Annotated

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from attnkit.arguments import Range, checked

__all__ = ["InductionModel"]

QUICKER = 10.0
"""By how much the bias of a distance is multiplied, so that it learns faster than the rest."""


class CausalLayer(nn.Module):
    """One layer of causal heads with a bias for each distance, added to what it reads."""

    def __init__(self, width: int, n_heads: int, reach: int):
        super().__init__()
        self.n_heads = n_heads
        self.read = nn.Linear(width, 3 * width, bias=False)
        self.write = nn.Linear(width, width, bias=False)
        self.distance = nn.Parameter(torch.zeros(n_heads, reach))

    def forward(self, states: Tensor, kept: Tensor) -> tuple[Tensor, Tensor]:
        """New states (sequence, time, width) and weights (sequence, head, query, key)."""
        parts = self.read(states).unflatten(-1, (3, self.n_heads, -1)).permute(2, 0, 3, 1, 4)
        queries, keys, values = parts
        time = torch.arange(states.shape[1], device=states.device)
        back = time[:, None] - time
        bias = QUICKER * self.distance[:, back.clamp(0, self.distance.shape[1] - 1)]
        scores = queries @ keys.mT / math.sqrt(queries.shape[-1]) + bias
        weights = scores.masked_fill(back < 0, -math.inf).softmax(-1)
        context = (weights @ values) * kept[:, None, None]
        return states + self.write(context.transpose(1, 2).flatten(-2)), weights


@checked
class InductionModel(nn.Module):
    r"""Predict each next token by two layers of attention.

    .. math:: X^{l} = X^{l-1} + \sum_h m_{lh}\, P^{lh} X^{l-1} W_V^{lh} W_O^{lh}, \qquad
              \text{logits} = X^2 U

    The weights P have a learned bias for each distance, in place of positions. A head is taken out
    by setting its m to zero: its weights stay, and nothing of what it reads goes on. Tokens
    (sequence, time) become logits (sequence, time, token).

    Parameters
    ----------
    vocabulary : int
        Tokens.
    width : int
        Of the states; a multiple of `n_heads`.
    n_heads : int
        In each layer.
    reach : int
        Distances with a bias of their own; beyond them the last one holds.

    Raises
    ------
    ValueError, TypeError
        Sizes out of range or no integers, or a width that heads can't share.

    References
    ----------
    Olsson et al. 2022, "In-context learning and induction heads"; the bias is that of Shaw et al.
    2018 reduced to a number.
    """

    def __init__(
        self,
        vocabulary: Annotated[int, Range(1, 2**20)] = 64,
        width: Annotated[int, Range(1, 2**14)] = 64,
        n_heads: Annotated[int, Range(1, 2**10)] = 4,
        reach: Annotated[int, Range(1, 2**16)] = 128,
    ):
        super().__init__()
        if width % n_heads:
            raise ValueError(f"width must be a multiple of n_heads = {n_heads}, got {width}")
        self.embedding = nn.Embedding(vocabulary, width)
        self.layers = nn.ModuleList(CausalLayer(width, n_heads, reach) for _ in range(2))
        self.choice = nn.Linear(width, vocabulary, bias=False)

    @checked
    def forward(
        self,
        tokens: Int[Tensor, "sequence time"],
        kept: Bool[Tensor, "layer head"] | None = None,
    ) -> tuple[
        Float[Tensor, "sequence time token"], Float[Tensor, "sequence layer head query key"]
    ]:
        """Logits of the next token, and the weights.

        Raises
        ------
        ValueError, TypeError
            Tokens beyond the vocabulary or no integers; `kept` of other heads than the model has.
        """
        self._require_known(tokens)
        shape = (2, self.layers[0].n_heads)
        if kept is not None and kept.shape != shape:
            raise ValueError(f"kept must be of shape {shape}, got {tuple(kept.shape)}")
        states, maps = self.embedding(tokens), []
        kept = torch.ones(shape, device=states.device) if kept is None else kept
        for layer, of_layer in zip(self.layers, kept.to(states), strict=True):
            states, weights = layer(states, of_layer)
            maps.append(weights)
        return self.choice(states), torch.stack(maps, 1)

    def _require_known(self, tokens: Tensor) -> None:
        known = self.embedding.num_embeddings
        if tokens.numel() and not 0 <= int(tokens.min()) <= int(tokens.max()) < known:
            raise ValueError(f"tokens must be from 0 to {known - 1}, got {tokens.max().item()}")
