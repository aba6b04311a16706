"""A layer of heads whose readings are gated by the token that asks."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.masks import Mask
from attnkit.normalisation.gated.gated import gated_attention
from attnkit.normalisation.shared.tokens import require_tokens

__all__ = ["GatedAttention"]

# Scores are quadratic in the tokens, and overflow single precision beyond.
Tokens = Annotated[Float[Tensor, "*batch token width"], Range(-1e18, 1e18)]
Count = Annotated[int, Range(1, 65_536)]


class GatedAttention(nn.Module):
    r"""Self-attention with a gate between what the heads read and the output matrix.

    .. math:: Y = \left[\operatorname{attention}(XW_Q, XW_K, XW_V) \odot \sigma(XW_g)\right] W_O

    A head of width d has `n_gates` gates, each for the same number of channels: one is the paper's
    headwise gate, d its elementwise one. No matrix has a bias, and positions are the caller's.

    Parameters
    ----------
    width : int
        Features of a token, a multiple of `n_heads`.
    n_heads : int
        Heads.
    n_gates : int
        Gates of each head, a divisor of its width.

    Raises
    ------
    ValueError
        If a head has no whole number of channels, or a gate has none.

    Notes
    -----
    Qiu et al. 2025, arXiv:2505.06708; the authors' code takes the gates from rows added to the
    query matrix, which is the same product.
    """

    @checked
    def __init__(self, width: Count, n_heads: Count, n_gates: Count = 1):
        super().__init__()
        if width % n_heads:
            raise ValueError(f"width must be a multiple of n_heads = {n_heads}, got {width}")
        if width // n_heads % n_gates:
            raise ValueError(
                f"n_gates must divide the width of a head, {width // n_heads}, got {n_gates}"
            )
        self.n_heads, self.n_gates = n_heads, n_gates
        self.to_query, self.to_key, self.to_value, self.to_output = (
            nn.Linear(width, width, bias=False) for _ in range(4)
        )
        self.to_gate = nn.Linear(width, n_heads * n_gates, bias=False)

    @checked
    def gate(self, tokens: Tokens) -> Float[Tensor, "..."]:
        """Each gate before its logistic function, (..., head, token, gate).

        Raises
        ------
        TypeError, ValueError
            For tokens (..., token, width) that are not floating point, beyond 1e18, or of another
            width or dtype than the layer.
        """
        return self._by_head(require_tokens(tokens, self.to_gate), self.to_gate)

    @checked
    def forward(
        self, tokens: Tokens, mask: Mask | None = None
    ) -> Float[Tensor, "*batch token width"]:
        """What the layer makes of the tokens; the mask broadcasts to (..., head, query, key).

        Raises
        ------
        TypeError, ValueError
            For tokens (..., token, width) that are not floating point, beyond 1e18, or of another
            width or dtype than the layer, or a mask that is not boolean or does not broadcast.
        """
        require_tokens(tokens, self.to_query)
        queries, keys, values = (
            self._by_head(tokens, matrix) for matrix in (self.to_query, self.to_key, self.to_value)
        )
        gate = self.gate(tokens).repeat_interleave(values.shape[-1] // self.n_gates, -1)
        read = gated_attention(queries, keys, values, gate=gate, mask=mask)
        return self.to_output(read.transpose(-3, -2).flatten(-2))

    def _by_head(self, tokens: Tensor, matrix: nn.Linear) -> Tensor:
        return matrix(tokens).unflatten(-1, (self.n_heads, -1)).transpose(-3, -2)
