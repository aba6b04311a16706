"""Coordinates learned so that the keys of a sparse row come near its query."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite

__all__ = ["Sparsefinder", "distances", "hinge_loss"]

Count = Annotated[int, Range(1, 100_000)]


def distances(queries: Tensor, keys: Tensor) -> Tensor:
    """Squared distances (..., query, key), in at least float32."""
    dtype = torch.promote_types(queries.dtype, torch.float32)
    queries, keys = queries.to(dtype), keys.to(dtype)
    squares = queries.square().sum(-1)[..., :, None] + keys.square().sum(-1)[..., None, :]
    return squares - 2 * queries @ keys.mT


@checked
@outside_autocast
def hinge_loss(
    queries: Annotated[Float[Tensor, "*batch query feature"], Finite()],
    keys: Annotated[Float[Tensor, "*batch key feature"], Finite(), Like("queries")],
    support: Bool[Tensor, "*batch query key"],
) -> Float[Tensor, "*batch"]:
    r"""Return how far a row's support is from standing nearer to its query than the other keys.

    .. math::
        \operatorname{mean}_i \max \Bigl( 0, \; 1
        + \operatorname{mean}_{j \in K_i} \|q_i - k_j\|^2
        - \operatorname{mean}_{j \notin K_i} \|q_i - k_j\|^2 \Bigr)

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, feature) and (..., key, feature), projected.
    support : Tensor
        (..., query, key), true for the keys that the teacher's row gives a weight.

    Returns
    -------
    Tensor
        (...), in at least float32. Rows whose support is empty, or all, tell nothing and count as
        zero.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or an infinity, also in a distance, a support that is not
        boolean.

    References
    ----------
    Treviso et al. 2022, "Predicting attention sparsity in transformers". Their code sums over as
    many negatives, drawn at random, as there are positives; this is the mean over all.
    """
    apart = distances(queries, keys)
    require_finite("distances of queries and keys", apart)
    near = apart.masked_fill(~support, 0).sum(-1) / support.sum(-1).clamp_min(1)
    far = apart.masked_fill(support, 0).sum(-1) / (~support).sum(-1).clamp_min(1)
    tells = support.any(-1) & ~support.all(-1)
    loss = (1 + near - far).clamp_min(0).masked_fill(~tells, 0)
    return loss.sum(-1) / max(loss.shape[-1], 1)


@checked
class Sparsefinder(nn.Module):
    r"""Project queries and keys of every head to a few coordinates.

    .. math:: q \mapsto W_h q, \qquad k \mapsto W_h k

    Parameters
    ----------
    n_heads, d_key, n_features : int
        Heads, width of a query, and coordinates r.
    generator : torch.Generator
        Where the first weights come from.

    Attributes
    ----------
    projection : nn.Parameter
        W, (head, d_key, feature), for queries and keys alike; at first random.

    Raises
    ------
    ValueError, TypeError
        A number below 1.

    References
    ----------
    Treviso et al. 2022, "Predicting attention sparsity in transformers".
    """

    def __init__(
        self, n_heads: Count, d_key: Count, n_features: Count = 4, *, generator: torch.Generator
    ):
        super().__init__()
        drawn = torch.randn(n_heads, d_key, n_features, generator=generator)
        self.projection = nn.Parameter(drawn * d_key**-0.5)

    @checked
    @outside_autocast
    def forward(
        self,
        queries: Annotated[Float[Tensor, "*batch head query d_key"], Finite()],
        keys: Annotated[Float[Tensor, "*batch head key d_key"], Finite(), Like("queries")],
    ) -> tuple[
        Float[Tensor, "*batch head query feature"], Float[Tensor, "*batch head key feature"]
    ]:
        """Queries and keys projected, in the wider dtype of theirs and the projection's.

        Raises
        ------
        ValueError, TypeError
            Another number of heads or another width; NaN or an infinity.
        """
        wanted = (*self.projection.shape[:2],)
        if (queries.shape[-3], queries.shape[-1]) != wanted:
            raise ValueError(
                f"queries must have {wanted[0]} heads of width {wanted[1]}, "
                f"got shape {tuple(queries.shape)}"
            )
        dtype = torch.promote_types(queries.dtype, self.projection.dtype)
        own = self.projection.to(dtype)
        return queries.to(dtype) @ own, keys.to(dtype) @ own
