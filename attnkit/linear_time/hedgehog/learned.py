"""Maps that learn a head's rows: one projection of its queries, one of its keys."""

from collections.abc import Callable
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Range, checked
from attnkit.linear_time.hedgehog.features import exponential_features
from attnkit.linear_time.shared.rows import kernel_weights
from attnkit.masks import Mask
from attnkit.precision import outside_autocast
from attnkit.validate import require_generator

__all__ = ["LearnedMaps"]


@checked
class LearnedMaps(nn.Module):
    r"""Feature maps of many heads at once, each with its own two projections.

    .. math:: w_{ij} \propto \phi(W_q q_i) \cdot \phi(W_k k_j)

    The projections start as the identity's first rows, and where there are more rows than that as
    normal numbers of variance 1/d.

    Parameters
    ----------
    n_heads : int
        Heads, up to a million.
    d_input : int
        d, the width of queries and keys, up to 32,768.
    n_rows : int
        Rows of each projection; φ makes its features of them, most maps two a row.
    features : callable
        φ, of projected tokens (..., row) to features (..., feature) that are not negative. Where
        exponentials of long tokens overflow, ``partial(exponential_features, shift=c)`` divides
        queries and keys by one constant, which no weight sees.
    generator : torch.Generator
        The source of the rows beyond the identity's.

    Attributes
    ----------
    query_projection, key_projection : nn.Parameter
        (head, row, d).

    Raises
    ------
    ValueError, TypeError
        A size out of range or no integer, no callable, no generator.

    References
    ----------
    Zhang et al. 2024, arXiv:2402.04347.
    """

    def __init__(
        self,
        n_heads: Annotated[int, Range(1, 1_000_000)],
        d_input: Annotated[int, Range(1, 2**15)],
        n_rows: Annotated[int, Range(1, 2**15)],
        features: Callable[[Tensor], Tensor] = exponential_features,
        *,
        generator: torch.Generator,
    ):
        super().__init__()
        require_generator("generator", generator)
        self.features = features
        more = max(n_rows - d_input, 0)
        drawn = torch.randn(more, d_input, generator=generator) / d_input**0.5
        rows = torch.cat([torch.eye(d_input)[:n_rows], drawn.to(torch.get_default_dtype())])
        self.query_projection = nn.Parameter(rows.expand(n_heads, -1, -1).clone())
        self.key_projection = nn.Parameter(rows.expand(n_heads, -1, -1).clone())

    @checked
    @outside_autocast
    def forward(
        self,
        queries: Annotated[Float[Tensor, "*batch head query d"], Range(-1e9, 1e9)],
        keys: Annotated[Float[Tensor, "*batch head key d"], Range(-1e9, 1e9)],
        mask: Mask | None = None,
    ) -> Float[Tensor, "*batch head query key"]:
        """Weights (..., head, query, key) of queries and keys (..., head, time, d).

        Raises
        ------
        ValueError, TypeError
            Another number of heads or width, NaN, infinity, numbers beyond 10⁹, and as
            `kernel_weights`.
        """
        wanted = (self.query_projection.shape[0], self.query_projection.shape[2])
        for name, tokens in (("queries", queries), ("keys", keys)):
            if (tokens.shape[-3], tokens.shape[-1]) != wanted:
                raise ValueError(
                    f"{name} must have {wanted[0]} heads of width {wanted[1]} in "
                    f"(..., head, time, d), got shape {tuple(tokens.shape)}"
                )
        asked = self.features(queries @ self.query_projection.to(queries).mT)
        kept = self.features(keys @ self.key_projection.to(keys).mT)
        return kernel_weights(asked, kept, mask)
