"""Blocks of keys that cover a share of what pooled queries think of pooled keys."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn.functional import pad

from attnkit.arguments import Like, Range, checked
from attnkit.masks import Mask, require_finite_where_attended, require_mask
from attnkit.precision import outside_autocast
from attnkit.selection.flex_prefill.cover import Share, covering_keys
from attnkit.selection.shared.blocks import no_longer
from attnkit.selection.shared.kept import kept_attention

__all__ = ["flex_prefill_attention", "flex_prefill_keys"]

Block = Annotated[int, Range(1, 2**30)]


@checked
@outside_autocast
def flex_prefill_keys(
    queries: Float[Tensor, "*batch time d_key"],
    keys: Annotated[Float[Tensor, "*batch time d_key"], Like("queries")],
    *,
    share: Share = 0.9,
    block: Block = 16,
    mask: Mask | None = None,
) -> Bool[Tensor, "*batch time time"]:
    r"""Keep the blocks of keys that cover a share of each block's pooled row, and two more.

    .. math::
        \begin{aligned}
        \hat p_{IJ} &= \mathrm{softmax}_J\, (\bar q_I \cdot \bar k_J / \sqrt d) \\
        K_i &= \operatorname{cover}_\gamma (\hat p_I) \cup \{0, I\}, \qquad i \in I
        \end{aligned}

    The bars are means over a block. The first block and the query's own are always kept.

    Parameters
    ----------
    queries, keys : Tensor
        (..., time, d_key).
    share : float
        :math:`\gamma`, from a millionth to 1: of the pooled row, which promises nothing of a
        query's own.
    block : int
        Tokens in a block; the last may have fewer.
    mask : Tensor, optional
        Boolean, broadcasts to (..., time), true where a token is one. What is masked is in no
        mean, is not kept, and keeps nothing.

    Returns
    -------
    Tensor
        (..., query, key), true for the keys kept.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity in a token, a share outside its range.

    References
    ----------
    Lai et al. 2025, arXiv:2502.20766, the authors' code of its query-aware heads; there the cover
    is taken of the whole map, here of each row of blocks.
    """
    n = queries.shape[-2]
    block = no_longer(block, n)
    there = None if mask is None else require_mask(mask, queries.shape[:-1], "tokens")
    dtype = torch.promote_types(queries.dtype, torch.float32)
    pooled = []
    for name, tokens in (("queries", queries), ("keys", keys)):
        tokens = require_finite_where_attended(name, tokens, there).detach().to(dtype)
        pooled.append(_means(tokens, there, block))
    (queries, _), (keys, counts) = pooled
    scores = queries @ keys.mT / max(keys.shape[-1], 1) ** 0.5
    rows = scores.masked_fill(counts[..., None, :] == 0, -torch.inf).softmax(-1).nan_to_num(0.0)
    kept = covering_keys(rows, share)
    kept = kept | torch.eye(kept.shape[-1], dtype=torch.bool, device=kept.device)
    kept[..., :1] = True
    spread = kept.repeat_interleave(block, -1).repeat_interleave(block, -2)[..., :n, :n]
    return spread if there is None else spread & there[..., None, :] & there[..., :, None]


def _means(tokens: Tensor, there: Tensor | None, block: int) -> tuple[Tensor, Tensor]:
    """Mean of each block (..., block, feature) and how many tokens it has (..., block)."""
    n = tokens.shape[-2]
    ones = torch.ones(n, dtype=tokens.dtype, device=tokens.device)
    ones = ones if there is None else there.to(tokens.dtype)
    short, shape = -n % block, (-(-n // block), block)
    counts = pad(ones, (0, short)).unflatten(-1, shape).sum(-1)
    sums = pad(tokens, (0, 0, 0, short)).unflatten(-2, shape).sum(-2)
    return sums / counts[..., None].clamp_min(1), counts


@checked
@outside_autocast
def flex_prefill_attention(
    queries: Float[Tensor, "*batch time d_key"],
    keys: Annotated[Float[Tensor, "*batch time d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time d_value"], Like("queries")],
    *,
    share: Share = 0.9,
    block: Block = 16,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch time d_value"]:
    r"""Return softmax attention over the keys that `flex_prefill_keys` keeps.

    .. math:: o_i = \sum_{j \in K_i} v_j\, e^{q_i \cdot k_j / \sqrt d}
              \Bigm/ \sum_{j \in K_i} e^{q_i \cdot k_j / \sqrt d}

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., time, d_key), the same, and (..., time, d_value).
    share, block, mask
        As in `flex_prefill_keys`.

    Returns
    -------
    Tensor
        (..., time, d_value), of the queries' dtype; a query that no key is left for reads zeros.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity in a token, a share out of its range.

    References
    ----------
    Lai et al. 2025, arXiv:2502.20766.
    """
    kept = flex_prefill_keys(queries, keys, share=share, block=block, mask=mask)
    return kept_attention(queries, keys, values, kept)
