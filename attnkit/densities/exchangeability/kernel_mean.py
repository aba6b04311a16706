"""Two estimates of what a query should read, given exchangeable pairs of keys and values."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.densities.finite import softmax
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast, require_float64
from attnkit.validate import require_finite_results

__all__ = ["conditional_mean", "gaussian_scores", "kernel_mean"]

Bandwidth = Annotated[float, Range(1e-4, 1e6)]
Queries = Float[Tensor, "*batch query feature"]
Keys = Annotated[Float[Tensor, "*batch key feature"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch key channel"], Like("queries")]
Seen = Bool[Tensor, "*#batch key"]


@checked
@outside_autocast
def gaussian_scores(
    queries: Queries, keys: Keys, *, bandwidth: Bandwidth
) -> Float[Tensor, "*batch query key"]:
    r"""Return the logarithm of the Gaussian kernel between queries and keys.

    .. math:: z_{qk} = -\frac{\lVert q - k \rVert^2}{2 h}
                     = \frac{q \cdot k}{h} - \frac{\lVert k \rVert^2}{2h}
                     - \frac{\lVert q \rVert^2}{2 h}

    Softmax does not see the last term, the same for all keys; it does see the one before, unless
    all keys are equally long.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, feature) and (..., key, feature), of one dtype.
    bandwidth : float
        h, from 1e-4 to 1e6: what :math:`\sqrt d` is in attention.

    Returns
    -------
    Tensor
        (..., query, key), at most zero; the queries' dtype, computed in at least float32.

    Raises
    ------
    TypeError, ValueError
        For what is not floating point or not finite, shapes that do not fit, a bandwidth out of
        its range, squared distances too large for the dtype.

    References
    ----------
    Zhang et al. 2022 (2212.14852), which sets attention beside kernel regression; derived here.
    """
    queries_seen, keys_seen = _finite(queries, keys, None)
    return _log_kernel(queries_seen, keys_seen, bandwidth).to(queries.dtype)


@checked
@outside_autocast
def kernel_mean(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    bandwidth: Bandwidth,
    mask: Seen | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Read the mean of the values under a Gaussian kernel: Nadaraya and Watson's regression.

    .. math:: c_q = \sum_k \mathrm{softmax}(z_q)_k\, v_k, \qquad
              z_{qk} = -\frac{\lVert q - k \rVert^2}{2h}

    Attention with the scores :math:`q \cdot k / h` where all keys are equally long.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature), (..., key, channel), of one dtype.
    bandwidth : float
        h, from 1e-4 to 1e6.
    mask : Tensor or None
        Boolean (..., key), true where a key may be attended; what is masked is never looked at.
        Without any key the readout is zero.

    Returns
    -------
    Tensor
        (..., query, channel), of the queries' dtype.

    Raises
    ------
    TypeError, ValueError
        For values or a mask that do not fit the keys. As `gaussian_scores` for the rest.

    References
    ----------
    Nadaraya 1964; Watson 1964; Zhang et al. 2022 (2212.14852).
    """
    queries_seen, keys_seen = _finite(queries, keys, mask)
    values_seen = require_finite_where_attended("values", values, mask).to(keys_seen)
    scores = _log_kernel(queries_seen, keys_seen, bandwidth)
    weights = softmax(scores, -1, None if mask is None else mask.unsqueeze(-2))
    return (weights @ values_seen).to(queries.dtype)


@checked
@outside_autocast
def conditional_mean(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    bandwidth: Bandwidth,
    ridge: Annotated[float, Range(1e-3, 1e6)],
    mask: Seen | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Read the values through the inverse of the keys' own kernel: the conditional mean embedding.

    .. math:: c_q = k_q^\top (K + \rho I)^{-1} V, \qquad
              K_{ij} = e^{-\lVert k_i - k_j \rVert^2 / 2h}

    If the values are a Gaussian process with this kernel plus noise of variance :math:`\rho`, it is
    the posterior mean, and no readout has less mean squared error. Weights may be negative, and
    sum to anything: far from all keys it reads zero, the prior's mean.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature), (..., key, channel), of one dtype.
    bandwidth : float
        h, from 1e-4 to 1e6.
    ridge : float
        :math:`\rho`, from 1e-3 to 1e6: the published :math:`n \lambda`.
    mask : Tensor or None
        Boolean (..., key), true where a key may be attended; what is masked is never looked at.

    Returns
    -------
    Tensor
        (..., query, channel), of the queries' dtype, computed in float64.

    Raises
    ------
    TypeError, ValueError
        For values or a mask that do not fit the keys, and a ridge out of its range. As
        `gaussian_scores` for the rest.

    References
    ----------
    Song et al. 2009 for the estimate; Zhang et al. 2022 (2212.14852), abstract read, as attention.
    """
    require_float64("conditional_mean", keys.device)
    # In float64: of many alike keys the kernel's small eigenvalues are lost in float32.
    queries_seen, keys_seen = (each.double() for each in _finite(queries, keys, mask))
    values_seen = require_finite_where_attended("values", values, mask).to(keys_seen)
    among = _log_kernel(keys_seen, keys_seen, bandwidth).exp()
    across = _log_kernel(queries_seen, keys_seen, bandwidth).exp()
    if mask is not None:
        seen = mask.to(among)
        among, across = among * seen.unsqueeze(-1) * seen.unsqueeze(-2), across * seen.unsqueeze(-2)
    held = among + ridge * torch.eye(keys.shape[-2], dtype=among.dtype, device=among.device)
    solved = torch.cholesky_solve(values_seen, torch.linalg.cholesky(held))
    return (across @ solved).to(queries.dtype)


def _finite(queries: Tensor, keys: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
    """Both in at least float32; masked keys are zeros."""
    wide = torch.promote_types(queries.dtype, torch.float32)
    queries = require_finite_where_attended("queries", queries, None)
    return queries.to(wide), require_finite_where_attended("keys", keys, mask).to(wide)


def _log_kernel(queries: Tensor, keys: Tensor, bandwidth: float) -> Tensor:
    """By differences from the middle of the keys, so that far clouds keep their digits."""
    centre = keys.detach().median(-2, keepdim=True).values if keys.shape[-2] else 0.0
    given = {"queries": queries, "keys": keys}
    queries, keys = queries - centre, keys - centre
    lengths = queries.square().sum(-1).unsqueeze(-1), keys.square().sum(-1).unsqueeze(-2)
    squared = (lengths[0] + lengths[1] - 2 * queries @ keys.mT).clamp_min(0)
    scores = -squared / (2 * bandwidth)
    require_finite_results({"squared distances": scores}, **given)
    return scores
