"""Aaren as a layer: every head asks with one learned query, whatever the token."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.linear_time.aaren.aaren import aaren_attention
from attnkit.shapes import Scope

__all__ = ["Aaren"]


@checked
class Aaren(nn.Module):
    r"""Project tokens to keys and values, read every prefix with a learned query, and project back.

    .. math:: y_t = W_o\, \operatorname{heads}\big(\text{aaren}(q,\; W_k x_{\le t},\;
              W_v x_{\le t})\big)

    Softmax attention whose query does not depend on the token: for the next token a head keeps a
    triple of d_value + 2 numbers instead of all keys and values.

    Parameters
    ----------
    d_model : int
        Features of a token, a multiple of `n_heads`, up to 65,536.
    n_heads : int
        Heads; each has a query of its own.

    Attributes
    ----------
    query : nn.Parameter
        (head, feature), normal at first.

    Raises
    ------
    ValueError, TypeError
        A size out of range or no integer; a width that the heads do not divide.

    References
    ----------
    Feng et al. 2024, "Attention as an RNN", abstract read.
    """

    def __init__(
        self,
        d_model: Annotated[int, Range(1, 65536)],
        n_heads: Annotated[int, Range(1, 1024)] = 1,
    ):
        super().__init__()
        if d_model % n_heads:
            raise ValueError(f"d_model must be a multiple of n_heads = {n_heads}, got {d_model}")
        self.n_heads = n_heads
        self.query = nn.Parameter(torch.randn(n_heads, d_model // n_heads))
        self.keys = nn.Linear(d_model, d_model, bias=False)
        self.values = nn.Linear(d_model, d_model, bias=False)
        self.output = nn.Linear(d_model, d_model, bias=False)

    @checked
    def forward(
        self,
        x: Float[Tensor, "*batch time model"],
        initial_state: tuple[Tensor, Tensor, Tensor] | None = None,
        mask: Bool[Tensor, "*batch time"] | None = None,
    ) -> tuple[Float[Tensor, "*batch time model"], tuple[Tensor, Tensor, Tensor]]:
        """Tokens (..., time, d_model) to the same shape, and the triple (..., head), ditto, (…, ·).

        Raises
        ------
        ValueError, TypeError
            As `aaren_attention`, and for another width than that of the layer, or tokens beyond 10⁹
            where the mask lets them count.
        """
        x = _counted(x, mask)
        d_model = self.values.in_features
        if x.shape[-1] != d_model:
            raise ValueError(f"x must have {d_model} features, got shape {tuple(x.shape)}")
        wanted = self.values.weight.dtype
        if x.dtype != wanted and not torch.is_autocast_enabled(x.device.type):
            raise TypeError(f"x must have {wanted} like the layer, got {x.dtype}")
        keys, values = (self._heads(layer(x)) for layer in (self.keys, self.values))
        query = self.query.to(keys.dtype).expand(*x.shape[:-2], -1, -1)
        if mask is not None:
            mask = mask[..., None, :].expand(*mask.shape[:-1], self.n_heads, -1)
        read, state = aaren_attention(query, keys, values, initial_state=initial_state, mask=mask)
        return self.output(read.movedim(-3, -2).flatten(-2)), state

    def _heads(self, tokens: Tensor) -> Tensor:
        """(..., time, head · feature) as (..., head, time, feature)."""
        return tokens.unflatten(-1, (self.n_heads, -1)).movedim(-2, -3)


def _counted(x: Tensor, mask: Tensor | None) -> Tensor:
    """The tokens, zero where none counts; ValueError for an entry that is no moderate number."""
    if mask is not None:
        x = torch.where(mask[..., None], x, 0.0)
    Range(-1e9, 1e9).require("x", x, Scope())
    return x
