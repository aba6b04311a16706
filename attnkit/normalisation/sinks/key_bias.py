"""An extra key that is learned and carries no value: a sink that is nobody's token."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask, require_mask
from attnkit.precision import outside_autocast
from attnkit.readout import read

__all__ = ["KeyBias", "key_bias_attention"]

STANDARD_DEVIATION = 0.02


@checked
@outside_autocast
def key_bias_attention(
    queries: Float[Tensor, "*batch query feature"],
    keys: Annotated[Float[Tensor, "*batch key feature"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    bias_key: Annotated[Float[Tensor, "... feature"], Like("queries"), Finite()],
    *,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Softmax attention over the keys and one key more, whose value is zero.

    .. math:: c_q = \frac{\sum_k e^{Q_q \cdot K_k / \sqrt d}\, v_k}
              {e^{Q_q \cdot k^* / \sqrt d} + \sum_k e^{Q_q \cdot K_k / \sqrt d}}

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype.
    bias_key : Tensor
        (feature,), or with leading dimensions that broadcast to those of the keys, such as
        (heads, feature).
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended. The extra key is
        open to every query that may attend another; a query that may attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, channel) of the queries' dtype.

    Raises
    ------
    TypeError
        For tensors that are not floating point or differ in dtype, or a mask that is not boolean.
    ValueError
        For NaN or an infinity where something is attended, and sizes that do not fit together.

    Notes
    -----
    Gu et al. 2024, "When attention sink emerges in language models", their key bias. There the
    extra key stands outside the rotary positions; here positions are the caller's.
    """
    batch = keys.shape[:-2]
    try:
        extra = bias_key.expand(*batch, keys.shape[-1]).unsqueeze(-2)
    except RuntimeError:
        wanted = (*batch, keys.shape[-1])
        raise ValueError(
            f"bias_key must broadcast to {wanted}, got {tuple(bias_key.shape)}"
        ) from None
    if mask is not None:
        shape = (*batch, queries.shape[-2], keys.shape[-2])
        whole = require_mask(mask, torch.Size(shape), "queries and keys").expand(shape)
        mask = torch.cat([whole.any(-1, keepdim=True), whole], -1)
    nothing = values.new_zeros(*batch, 1, values.shape[-1])
    return read(
        queries, torch.cat([extra, keys], -2), torch.cat([nothing, values], -2), softmax, mask
    )


@checked
class KeyBias(nn.Module):
    """The extra key as a parameter, one for each head.

    Parameters
    ----------
    n_heads, d_key : int
        Number of heads and width of a key.
    generator : torch.Generator
        Draws the key, normal with standard deviation 0.02 as in the authors' code.

    Attributes
    ----------
    key : Parameter
        (heads, feature).

    Raises
    ------
    TypeError, ValueError
        For sizes that are no integers of at least one, and a generator that is none.

    Notes
    -----
    Gu et al. 2024, "When attention sink emerges in language models".
    """

    def __init__(
        self,
        n_heads: Annotated[int, Range(1, 2**16)],
        d_key: Annotated[int, Range(1, 2**16)],
        *,
        generator: torch.Generator,
    ):
        super().__init__()
        drawn = torch.randn(n_heads, d_key, generator=generator, device=generator.device)
        self.key = nn.Parameter(STANDARD_DEVIATION * drawn)

    def forward(
        self, queries: Tensor, keys: Tensor, values: Tensor, mask: Mask | None = None
    ) -> Tensor:
        """Context (..., head, query, channel), of tensors as `key_bias_attention` has them."""
        return key_bias_attention(queries, keys, values, self.key.to(keys.dtype), mask=mask)
