"""NaLaFormer's rows with the rotation by place that its authors put into the numerator alone."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.linear_time.nalaformer.features import Power, nala_key_features, nala_query_features
from attnkit.linear_time.shared.tokens import compute_dtype
from attnkit.precision import outside_autocast

__all__ = ["rotated_nala_weights"]


@checked
@outside_autocast
def rotated_nala_weights(
    queries: Annotated[Float[Tensor, "*batch query d"], Finite()],
    keys: Annotated[Float[Tensor, "*batch key d"], Finite()],
    power: Power = 3.0,
    base: Annotated[float, Range(1.0, 1e12)] = 10_000.0,
) -> Float[Tensor, "*batch query key"]:
    r"""Return the weights whose numerator is rotated by place and whose denominator is not.

    .. math:: w_{ij} = \frac{(R_i \phi(q_i)) \cdot (R_j \psi(k_j))}
                            {\sum_l \phi(q_i) \cdot \psi(k_l)}

    Pairs of neighbouring features turn by the place times an angle that falls from 1 to 1 over the
    base. The rows are of either sign, and sum to one no more.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d) and (..., key, d), d even; query i and key i stand at place i.
    power : float
        :math:`\lambda` of both maps.
    base : float
        One over the smallest angle; at 1 all pairs turn alike.

    Returns
    -------
    Tensor
        (..., query, key), in the queries' dtype; zeros where the denominator is zero.

    Raises
    ------
    ValueError, TypeError
        An odd d, shapes that do not fit, NaN or infinity, numbers out of range, integers.

    References
    ----------
    Meng et al. 2025, "NaLaFormer", by the authors' code, which turns by two places of an image;
    rotations of Su et al. 2021, arXiv:2104.09864.
    """
    d = queries.shape[-1]
    if d % 2:
        raise ValueError(f"queries must have an even number of features, got {d}")
    dtype = compute_dtype(queries)
    q, k = nala_query_features(queries.to(dtype), power), nala_key_features(keys.to(dtype), power)
    sums = (q @ k.mT).sum(-1, keepdim=True)
    empty = sums == 0
    turned = _turned(q, base) @ _turned(k, base).mT
    return torch.where(empty, 0.0, turned / torch.where(empty, 1.0, sums)).to(queries.dtype)


def _turned(features: Tensor, base: float) -> Tensor:
    """Each pair of features (..., place, 2 d) turned by its place, both signs alike."""
    n, width = features.shape[-2:]
    places = torch.arange(n, dtype=features.dtype, device=features.device)
    shares = torch.linspace(0, 1, max(width // 4, 1), dtype=features.dtype, device=features.device)
    angles = places[:, None] * (base**-shares).repeat(2)
    even, odd = features[..., ::2], features[..., 1::2]
    turned = [even * angles.cos() - odd * angles.sin(), odd * angles.cos() + even * angles.sin()]
    return torch.stack(turned, -1).flatten(-2)
