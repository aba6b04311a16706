"""A small causal model whose every layer is of a kind of its own."""

from collections.abc import Sequence
from typing import Annotated

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.structure.deconstructing.kinds import (
    Elementwise,
    Fixed,
    Nothing,
    Positional,
    SecondOrder,
    Standard,
    Static,
)

__all__ = ["KINDS", "Switchboard"]

KINDS: dict[str, type[nn.Module]] = {
    "standard": Standard,
    "second order": SecondOrder,
    "static": Static,
    "positional": Positional,
    "fixed": Fixed,
    "elementwise": Elementwise,
    "nothing": Nothing,
}
"""Each kind of layer by its name, from all of attention to none."""


@checked
class Switchboard(nn.Module):
    r"""Layers of chosen kinds between an embedding and a choice of token.

    .. math:: h^{(0)}_t = E x_t + P_t, \qquad
              h^{(l+1)} = h^{(l)} + \mathrm{layer}_l(\mathrm{norm}\, h^{(l)},
              \mathrm{norm}\, h^{(0)})

    No other part mixes tokens, and none is there but these: what a layer cannot do, nobody does.
    Tokens come in as integers (..., token), scores go out as (..., token, answer).

    Parameters
    ----------
    kinds : sequence of str
        A name of `KINDS` for each layer.
    vocabulary, n_answers : int
        Tokens that come in, and what is chosen from.
    width, n_heads, n_tokens : int
        Of the states, of each layer, and the longest sequence; heads divide the width.

    Raises
    ------
    ValueError, TypeError
        For an unknown kind, sizes out of range, or heads that do not divide the width.

    References
    ----------
    Xue, Moosavi and Aletras 2025, "Deconstructing attention", arXiv:2510.11602, for the kinds and
    for mixing them by layer; the model is ours.
    """

    def __init__(
        self,
        kinds: Sequence[str],
        *,
        vocabulary: Annotated[int, Range(1, 2**20)],
        n_answers: Annotated[int, Range(1, 2**20)],
        width: Annotated[int, Range(1, 2**12)] = 32,
        n_heads: Annotated[int, Range(1, 2**12)] = 2,
        n_tokens: Annotated[int, Range(1, 2**12)] = 18,
    ):
        super().__init__()
        for kind in kinds:
            if kind not in KINDS:
                raise ValueError(f"kinds must be of {[*KINDS]}, got {kind!r}")
        if width % n_heads:
            raise ValueError(f"n_heads must divide width = {width}, got {n_heads}")
        self.embedding, self.places = nn.Embedding(vocabulary, width), nn.Embedding(n_tokens, width)
        self.layers = nn.ModuleList(KINDS[kind](width, n_heads, n_tokens) for kind in kinds)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(len(kinds) + 1))
        self.choice = nn.Linear(width, n_answers)

    @checked
    def forward(
        self, tokens: Int[Tensor, "*batch token"]
    ) -> Float[Tensor, "*batch token n_answers"]:
        """Return scores (..., token, answer): a token sees itself and those before it.

        Raises
        ------
        ValueError, TypeError
            For tokens that are no integers or out of the vocabulary, or more than `n_tokens`.
        """
        longest, vocabulary = self.places.num_embeddings, self.embedding.num_embeddings
        if tokens.shape[-1] > longest:
            raise ValueError(f"tokens must be at most {longest}, got {tokens.shape[-1]}")
        for wrong in tokens[(tokens < 0) | (tokens >= vocabulary)][:1].tolist():
            raise ValueError(f"tokens must be in [0, {vocabulary - 1}], got {wrong}")
        places = self.places(torch.arange(tokens.shape[-1], device=tokens.device))
        hidden = embedded = self.embedding(tokens.long()) + places
        for layer, norm in zip(self.layers, self.norms, strict=False):
            hidden = hidden + layer(norm(hidden), norm(embedded))
        return self.choice(self.norms[-1](hidden))
