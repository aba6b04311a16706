"""The maps of NaLaFormer: a query's direction to a power that its norm sets, a key's power."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.linear_time.shared.rows import kernel_weights
from attnkit.linear_time.shared.tokens import compute_dtype
from attnkit.masks import Mask
from attnkit.precision import outside_autocast
from attnkit.validate import require_finite_results

__all__ = ["Power", "nala_key_features", "nala_query_features", "nala_weights", "split_power"]

Power = Annotated[float, Range(1.0, 16.0)]


@checked
def nala_query_features(
    queries: Annotated[Float[Tensor, "*batch d"], Finite()], power: Power = 3.0
) -> Float[Tensor, "*batch 2*d"]:
    r"""Return both signs of each query's direction, to a power that grows with the query's norm.

    .. math:: \phi(q) = \left[\max(u, 0)^{p},\, \max(-u, 0)^{p}\right], \qquad
              u = \frac{q}{|q|}, \quad p = \lambda \left(\tfrac12 + \tanh |q|\right)

    Parameters
    ----------
    queries : Tensor
        (..., d), d at least 1. Half precision is computed in float32.
    power : float
        :math:`\lambda`; p lies between half of it and three halves.

    Returns
    -------
    Tensor
        (..., 2 d), each between 0 and 1. A query of zeros has no direction: its features are zeros,
        and so are their gradients.

    Raises
    ------
    ValueError, TypeError
        NaN or infinity, no feature, a power out of range, no floating-point tensor.

    References
    ----------
    Meng et al. 2025, "NaLaFormer", arXiv:2506.21137, by the authors' code; there a query of zeros
    gives NaN.
    """
    _require_width("queries", queries)
    wide = queries.to(compute_dtype(queries))
    direction, norm = _direction_and_norm(wide)
    return split_power(direction, power * (0.5 + norm.tanh())).to(queries.dtype)


@checked
def nala_key_features(
    keys: Annotated[Float[Tensor, "*batch d"], Finite()], power: Power = 3.0
) -> Float[Tensor, "*batch 2*d"]:
    r"""Return both signs of each key to a power, its norm kept.

    .. math:: \psi(k) = \left[\max(k, 0)^{\lambda},\, \max(-k, 0)^{\lambda}\right]

    Parameters
    ----------
    keys : Tensor
        (..., d), d at least 1. Half precision is computed in float32.
    power : float
        :math:`\lambda`.

    Returns
    -------
    Tensor
        (..., 2 d), of either sign of a key none below zero.

    Raises
    ------
    ValueError, TypeError
        NaN or infinity, no feature, a power out of range, powers that overflow, no floating-point
        tensor.

    References
    ----------
    Meng et al. 2025, "NaLaFormer", arXiv:2506.21137, by the authors' code.
    """
    _require_width("keys", keys)
    features = split_power(keys.to(compute_dtype(keys)), power).to(keys.dtype)
    require_finite_results({"the power of keys": features}, keys=keys)
    return features


@checked
@outside_autocast
def nala_weights(
    queries: Annotated[Float[Tensor, "*batch query d"], Finite()],
    keys: Annotated[Float[Tensor, "*batch key d"], Finite()],
    power: Power = 3.0,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query key"]:
    r"""Return the weights of NaLaFormer as a matrix: the plain definition.

    .. math:: w_{ij} = \frac{\phi(q_i) \cdot \psi(k_j)}{\sum_l \phi(q_i) \cdot \psi(k_l)}

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d) and (..., key, d).
    power : float
        :math:`\lambda` of both maps.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); true where a key may be attended.

    Returns
    -------
    Tensor
        (..., query, key), in the queries' dtype. A row is zeros where no key shares a sign with the
        query in any coordinate, where the query is zero, and where all is masked.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no feature, NaN or infinity, a power out of range, powers that
        overflow, integers.

    References
    ----------
    Meng et al. 2025, "NaLaFormer", arXiv:2506.21137, without the rotation by place.
    """
    wide = queries.to(compute_dtype(queries)), keys.to(compute_dtype(keys))
    features = nala_query_features(wide[0], power), nala_key_features(wide[1], power)
    return kernel_weights(*features, mask).to(queries.dtype)


def split_power(x: Tensor, power: Tensor | float) -> Tensor:
    """Both signs of x, apart, to a power; zero and flat at zero."""
    signs = torch.cat([x, -x], -1)
    positive = signs > 0
    return torch.where(positive, torch.where(positive, signs, 1.0) ** power, 0.0)


def _direction_and_norm(queries: Tensor) -> tuple[Tensor, Tensor]:
    """Unit queries (zeros where there is no direction) and norms, whose squares never overflow."""
    largest = queries.detach().abs().amax(-1, keepdim=True)
    unit = torch.where(largest > 0, largest, 1.0)
    scaled = queries / unit
    squares = scaled.square().sum(-1, keepdim=True)
    length = torch.where(largest > 0, squares, 1.0).sqrt()
    return scaled / length, torch.where(largest > 0, unit * length, 0.0)


def _require_width(name: str, x: Tensor) -> None:
    if x.shape[-1] == 0:
        raise ValueError(f"{name} must have at least one feature, got shape {tuple(x.shape)}")
