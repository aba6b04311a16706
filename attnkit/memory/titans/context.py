"""Attention over what a memory hands out, what never changes, and the tokens up to one's own."""

import math
from typing import Annotated

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Range, checked
from attnkit.memory.shared.arguments import require_finite_results
from attnkit.memory.titans.layer import Count
from attnkit.memory.titans.projections import plain_linear, require_tokens

__all__ = ["ContextAttention"]


@checked
class ContextAttention(nn.Module):
    r"""Causal attention of tokens over persistent ones, retrieved ones, and one another.

    .. math::
        y_i &= \sum_{j} \mathrm{softmax}_j(q_i \cdot k_j / \sqrt d)\, v_j, \\
        j &\in \text{persistent} \cup \{r_1 \dots r_i\} \cup \{x_1 \dots x_i\}

    A retrieved token is what token j asked of the memory. It was asked with token j, so that no
    earlier token may see it: the context needs the causal mask too.

    Parameters
    ----------
    width, n_heads : int
        Numbers of a token, and heads that divide them.
    n_persistent : int
        Tokens that training learns and every token sees.
    generator : torch.Generator
        Where the first weights come from.
    window : int
        How many tokens before its own a token sees.

    Raises
    ------
    ValueError, TypeError
        For counts that are none, or heads that do not divide the width.

    References
    ----------
    Behrouz et al. 2024, "Titans", section 4; no positions are added here.
    """

    def __init__(
        self,
        width: Count,
        n_heads: Count,
        *,
        n_persistent: Annotated[int, Range(0, 2**16)],
        generator: torch.Generator,
        window: Count = 2**16,
    ):
        super().__init__()
        if width % n_heads:
            raise ValueError(f"n_heads must divide the width {width}, got {n_heads}")
        self.n_heads, self.window = n_heads, window
        drawn = torch.randn(n_persistent, width, generator=generator)
        self.persistent = nn.Parameter(drawn / math.sqrt(width))
        self.query, self.key, self.value, self.out = (
            plain_linear(width, width, generator) for _ in range(4)
        )

    @checked
    def forward(
        self,
        tokens: Annotated[Float[Tensor, "*batch time width"], Finite()],
        retrieved: Annotated[Float[Tensor, "*batch time width"], Finite()] | None = None,
    ) -> Float[Tensor, "*batch time width"]:
        """What each token reads, (..., time, width); `retrieved` has one token for each.

        Raises
        ------
        ValueError, TypeError
            For shapes that do not fit, NaN or infinity.
        """
        require_tokens(tokens, self.query)
        own = self._before(tokens.shape[-2], tokens.device)
        if retrieved is None:
            return self.read(tokens, tokens, own)
        context = torch.cat([retrieved, tokens], -2)
        return self.read(tokens, context, torch.cat([own, own], -1))

    def windowed(
        self, tokens: Tensor, counts: Tensor, before: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """What tokens read of their window, and the rows that the next call's tokens may see.

        Tokens that count stand first. Rows are (..., slot, width + 1), the oldest first: a token
        and one, or zeros where there was none yet.
        """
        rows = torch.cat([tokens, counts[..., None].to(tokens)], -1)
        before = rows[..., :0, :] if before is None else before
        rows, held = torch.cat([before, rows], -2), before.shape[-2]
        n_rows = rows.shape[-2]
        age = self._before(n_rows, rows.device)[held:]
        itself = torch.eye(n_rows, dtype=torch.bool, device=rows.device)[held:]
        seen = age & (rows[..., None, :, -1] > 0) | itself  # so that no row is empty
        output = self.read(tokens, rows[..., :-1], seen[..., None, :, :])
        room = min(self.window - 1, n_rows)
        last = counts.sum(-1)[..., None] + held + torch.arange(room, device=rows.device)
        rows = F.pad(rows, (0, 0, room, 0))
        return output, rows.gather(-2, last[..., None].expand(*last.shape, rows.shape[-1]))

    def read(self, tokens: Tensor, context: Tensor, seen: Tensor) -> Tensor:
        """What tokens read of a context, of which they see what a mask (time, context) allows."""
        fixed = self.persistent.expand(*tokens.shape[:-2], *self.persistent.shape)
        seen = F.pad(seen, (len(self.persistent), 0), value=True)
        context = torch.cat([fixed, context], -2)
        q, k, v = (
            project(x).unflatten(-1, (self.n_heads, -1)).transpose(-3, -2)
            for project, x in ((self.query, tokens), (self.key, context), (self.value, context))
        )
        read = F.scaled_dot_product_attention(q, k, v, attn_mask=seen)
        output = self.out(read.transpose(-3, -2).flatten(-2))
        require_finite_results({"output": output}, tokens=tokens)
        return output

    def _before(self, n_tokens: int, device: torch.device) -> Tensor:
        """Which tokens a token sees: itself, and those of its window before it."""
        age = torch.arange(n_tokens, device=device)
        age = age[:, None] - age
        return (age >= 0) & (age < self.window)
