"""A small pointer network: what was chosen last asks, and every input may be the answer."""

from typing import Annotated

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.interpretation.pointer.pointer import additive_scores
from attnkit.precision import outside_autocast

__all__ = ["PointerNetwork"]

Width = Annotated[int, Range(1, 2**14)]


@checked
class PointerNetwork(nn.Module):
    r"""Scores of all inputs at each step, given what was chosen a step before.

    .. math:: z_{tj} = v \cdot \tanh\big(W_q\, h(x_{c_{t-1}}) + W_k\, h(x_j)\big)

    h is one hidden layer for each input by itself, so that nothing depends on where an input
    stands; before the first choice a learned vector asks. Vinyals et al. read inputs and choices
    with recurrent networks, whose place this takes.

    Parameters
    ----------
    n_features : int
        Numbers of each input.
    width : int
        Of h, queries and keys.

    Raises
    ------
    ValueError, TypeError
        Sizes out of range or no integers.

    References
    ----------
    Vinyals et al. 2015, "Pointer networks".
    """

    def __init__(self, n_features: Width = 1, width: Width = 16):
        super().__init__()
        self.hidden = nn.Sequential(nn.Linear(n_features, width), nn.ReLU())
        self.ask = nn.Linear(width, width)
        self.offer = nn.Linear(width, width, bias=False)
        self.begin = nn.Parameter(torch.zeros(width))
        self.vector = nn.Parameter(torch.randn(width) / width**0.5)

    @checked
    @outside_autocast
    def forward(
        self,
        inputs: Annotated[Float[Tensor, "*batch input feature"], Finite()],
        chosen: Int[Tensor, "*batch step"],
    ) -> Float[Tensor, "*batch next input"]:
        """Scores (..., step + 1, input): for the first choice, and after each of `chosen`.

        Raises
        ------
        ValueError, TypeError
            For choices that are no place of an input, and inputs that are not finite, or of another
            dtype or other features than the network reads.
        """
        self._require_readable(inputs)
        n_inputs = inputs.shape[-2]
        if chosen.numel() and not 0 <= int(chosen.min()) <= int(chosen.max()) < n_inputs:
            raise ValueError(f"chosen must be from 0 to {n_inputs - 1}, got {chosen.tolist()}")
        read = self.hidden(inputs)
        asks = self.ask(read).take_along_dim(chosen[..., None], -2)
        first = self.begin.expand(*asks.shape[:-2], 1, -1)
        return additive_scores(torch.cat([first, asks], -2), self.offer(read), self.vector)

    def _require_readable(self, inputs: Tensor) -> None:
        weight = self.hidden[0].weight
        if inputs.dtype != weight.dtype:
            raise TypeError(f"inputs must be of the network's {weight.dtype}, got {inputs.dtype}")
        if inputs.shape[-1] != weight.shape[1]:
            raise ValueError(
                f"inputs must have {weight.shape[1]} features, got shape {tuple(inputs.shape)}"
            )
