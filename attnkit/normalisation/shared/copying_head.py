"""One causal head on tokens, as plain as can be; seeds side by side, with a slot or a gate."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

__all__ = ["N_CONTENT", "Head"]

N_CONTENT, WIDTH = 8, 16


class Head(nn.Module):
    """One causal head for each seed, from tokens to what it reads.

    Parameters
    ----------
    weigh : callable
        `weigh(scores, mask=mask)` makes weights of scores (..., query, key).
    width : int
        Features of a token.
    slot : bool
        Whether there is one key more, learned, whose value is zero.
    gate : bool
        Whether each reading is multiplied by a logistic function of its token.
    generator : torch.Generator
        For the initial parameters.
    n_seeds : int
        So many heads.
    """

    def __init__(
        self,
        weigh: Callable[..., Tensor],
        width: int,
        *,
        generator: torch.Generator,
        n_seeds: int,
        slot: bool = False,
        gate: bool = False,
    ):
        super().__init__()
        self.weigh = weigh

        def matrix(n_in: int, n_out: int) -> nn.Parameter:
            drawn = torch.randn(n_seeds, 1, n_in, n_out, generator=generator)
            return nn.Parameter(drawn / math.sqrt(n_in))

        self.to_query, self.to_key = matrix(width, WIDTH), matrix(width, WIDTH)
        self.to_value = matrix(width, N_CONTENT)
        self.slot = nn.Parameter(torch.zeros(n_seeds, 1, 1, WIDTH)) if slot else None
        self.to_gate = nn.Parameter(torch.zeros(n_seeds, 1, width, 1)) if gate else None

    def weights(self, tokens: Tensor) -> Tensor:
        """(seed, sequence, query, key); the slot is the last key."""
        keys, n_tokens = tokens @ self.to_key, tokens.shape[-2]
        seen = torch.ones(n_tokens, n_tokens, dtype=torch.bool).tril()
        if self.slot is not None:
            keys = torch.cat([keys, self.slot.expand(*keys.shape[:2], 1, WIDTH)], -2)
            seen = nn.functional.pad(seen, (0, 1), value=True)
        scores = (tokens @ self.to_query) @ keys.mT / math.sqrt(WIDTH)
        return self.weigh(scores, mask=seen)

    def forward(self, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """What is read (seed, sequence, token, channel), and the weights."""
        weights = self.weights(tokens)
        read = weights[..., : tokens.shape[-2]] @ (tokens @ self.to_value)
        if self.to_gate is not None:
            read = read * torch.sigmoid(tokens @ self.to_gate)
        return read, weights
