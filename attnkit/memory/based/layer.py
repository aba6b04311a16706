"""Based as a layer: narrow queries and keys, a window, and a memory for what has left it."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.memory.based.based import based_attention
from attnkit.memory.based.buffer import Window

__all__ = ["Based"]


@checked
class Based(nn.Module):
    r"""Project tokens to narrow queries and keys, read them by `based_attention`, and project back.

    .. math:: y = W_o\, \operatorname{heads}\big(\text{based}(W_q x, W_k x, W_v x)\big), \qquad
              W_q, W_k \in \mathbb{R}^{h d' \times d}

    Parameters
    ----------
    d_model : int
        Features of a token, a multiple of `n_heads`, up to 65,536.
    n_heads : int
        Heads; each has its own memory and window.
    d_feature : int
        Width d' of a head's queries and keys, 16 in the paper; a head's memory has
        1 + d' + d' (d' + 1) / 2 rows.
    window : int
        Tokens that are read exactly.

    Raises
    ------
    ValueError, TypeError
        A size out of range or no integer; a width that the heads do not divide.

    References
    ----------
    Arora et al. 2024 (Based) for map, widths and window. There whole layers alternate: of the 27 in
    the authors' 360-million configuration five are Taylor memories, five are windows of 256, and
    the others are short convolutions. Here both halves share a layer and a normaliser.
    """

    def __init__(
        self,
        d_model: Annotated[int, Range(1, 65536)],
        n_heads: Annotated[int, Range(1, 1024)] = 1,
        *,
        d_feature: Annotated[int, Range(1, 256)] = 16,
        window: Window = 64,
    ):
        super().__init__()
        if d_model % n_heads:
            raise ValueError(f"d_model must be a multiple of n_heads = {n_heads}, got {d_model}")
        self.n_heads, self.window = n_heads, window
        self.queries = nn.Linear(d_model, n_heads * d_feature, bias=False)
        self.keys = nn.Linear(d_model, n_heads * d_feature, bias=False)
        self.values = nn.Linear(d_model, d_model, bias=False)
        self.output = nn.Linear(d_model, d_model, bias=False)

    @checked
    def forward(
        self,
        x: Annotated[Float[Tensor, "*batch time model"], Range(-1e9, 1e9)],
        initial_state: tuple[Tensor, Tensor] | None = None,
        mask: Bool[Tensor, "*batch time"] | None = None,
    ) -> tuple[Float[Tensor, "*batch time model"], tuple[Tensor, Tensor]]:
        """Tokens (..., time, d_model) to the same shape, and memory and buffer (..., head, ·, ·).

        Raises
        ------
        ValueError, TypeError
            As `based_attention`, and for another width than that of the layer.
        """
        d_model = self.values.in_features
        if x.shape[-1] != d_model:
            raise ValueError(f"x must have {d_model} features, got shape {tuple(x.shape)}")
        wanted = self.values.weight.dtype
        if x.dtype != wanted and not torch.is_autocast_enabled(x.device.type):
            raise TypeError(f"x must have {wanted} like the layer, got {x.dtype}")
        tokens = (self._heads(layer(x)) for layer in (self.queries, self.keys, self.values))
        if mask is not None:
            mask = mask[..., None, :].expand(*mask.shape[:-1], self.n_heads, -1)
        read, state = based_attention(
            *tokens, window=self.window, initial_state=initial_state, mask=mask
        )
        return self.output(read.movedim(-3, -2).flatten(-2)), state

    def _heads(self, tokens: Tensor) -> Tensor:
        """(..., time, head · feature) as (..., head, time, feature)."""
        return tokens.unflatten(-1, (self.n_heads, -1)).movedim(-2, -3)
