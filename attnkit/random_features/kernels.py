"""The kernels that infinitely many frozen heads or units compute."""

import math
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.random_features.inputs import prepare

__all__ = ["arc_cosine", "attention_kernel", "rectified_moment"]

PAIRS_PER_CHUNK = 2**20


def arc_cosine(cosine: Float[Tensor, "*batch"]) -> Float[Tensor, "*batch"]:
    """E[relu(A) relu(B)] for unit Gaussians of correlation cos t: (sin t + (pi - t) cos t)/(2 pi).

    The arc-cosine kernel of degree one (Cho and Saul 2009, with their 1/pi halved because the
    expectation is over N(0, 1)).
    """
    cosine = cosine.clamp(-1.0, 1.0)
    sine = (1.0 - cosine.square()).sqrt()
    return (sine + (math.pi - cosine.arccos()) * cosine) / (2.0 * math.pi)


def rectified_moment(
    first: Float[Tensor, "*batch"],
    second: Float[Tensor, "*batch"],
    correlation: Float[Tensor, "*batch"],
    *,
    n_nodes: int = 32,
) -> Float[Tensor, "*batch"]:
    """E[relu(h + X) relu(k + Y)] for unit Gaussians X, Y of correlation rho, by one integral.

    The value is::

        m(h) m(k) + rho Phi(h) Phi(k) + 1/(2 pi) int_0^asin(rho) (rho - sin t) g(t) dt,
        g(t) = exp(-(h^2 - 2 h k sin t + k^2) / (2 cos^2 t)),
        m(h) = E[relu(h + X)] = h Phi(h) + phi(h).

    Derived here: by Price's theorem the second derivative in rho is the joint density of the two
    arguments at zero; integrate it twice from rho = 0 and put rho = sin t. The integral is done
    by Gauss-Legendre quadrature with `n_nodes` nodes.
    """
    correlation = correlation.clamp(-1.0, 1.0)
    nodes, weights = (
        torch.from_numpy(x).to(first) for x in np.polynomial.legendre.leggauss(n_nodes)
    )
    limit = correlation.arcsin()
    total = torch.zeros_like(correlation)
    squares, product = first.square() + second.square(), 2.0 * first * second
    for node, weight in zip((nodes + 1.0) / 2.0, weights / 2.0, strict=True):
        sine = (node * limit).sin()
        exponent = (product * sine - squares) / (2.0 * (1.0 - sine.square()))
        total += weight * (correlation - sine) * exponent.exp()
    below = torch.special.ndtr(first) * torch.special.ndtr(second)
    separate = _mean_relu(first) * _mean_relu(second)
    return separate + correlation * below + limit * total / (2.0 * math.pi)


def _mean_relu(shift: Tensor) -> Tensor:
    density = torch.exp(-0.5 * shift.square()) / math.sqrt(2.0 * math.pi)
    return shift * torch.special.ndtr(shift) + density


def attention_kernel(
    first: tuple[Tensor, Tensor],
    second: tuple[Tensor, Tensor],
    *,
    bias_scale: float = 0.0,
    spread: float = 0.5,
) -> Float[Tensor, "first second"]:
    """Gram matrix of infinitely many random ReLU heads between two sets of samples.

    K(X, X') = 1/(N N') sum_ij <k_i, k'_j> E_W[relu(<W, q k_i^T>) relu(<W, q' k'_j^T>)],
    tokens with their constant. The two scores are Gaussian with means bias_scale <q, k> (without
    constants), deviations ``spread |q| |k|`` and correlation cos(q, q') cos(k_i, k'_j): without
    bias an arc-cosine of a product of cosines, with bias one integral per pair. Derived here.

    Parameters
    ----------
    first, second : tuple
        (queries, keys), of shapes (sample, d) and (sample, n_keys, d).
    bias_scale, spread : float
        As in `RandomFeatureAttention`.

    Raises
    ------
    ValueError, TypeError
        As in `RandomFeatureAttention.fit`.
    """
    (queries, keys, _), (others, other_keys, _) = prepare(*first, None), prepare(*second, None)
    moment = _unbiased(spread) if bias_scale == 0.0 else _biased(bias_scale, spread)
    pairs_per_row = keys.shape[1] * len(others) * other_keys.shape[1]
    rows = max(1, PAIRS_PER_CHUNK // max(1, pairs_per_row))
    chunks = [
        _averaged(moment, *part, others, other_keys)
        for part in zip(queries.split(rows), keys.split(rows), strict=True)
    ]
    return torch.cat(chunks) / (keys.shape[1] * other_keys.shape[1])


def _averaged(moment: Callable, queries: Tensor, keys: Tensor, others: Tensor, other_keys: Tensor):
    """Sum over all pairs of keys of <k_i, k'_j> times the moment of the two scores."""
    key_products = torch.einsum("aid,bjd->aibj", keys, other_keys)
    lengths = keys.norm(dim=-1)[:, :, None, None] * other_keys.norm(dim=-1)
    sizes = queries.norm(dim=-1)[:, None, None, None] * others.norm(dim=-1)[:, None]
    cosines = (queries @ others.mT)[:, None, :, None] / sizes * (key_products / lengths)
    scores = [(_match(queries, keys))[:, :, None, None], _match(others, other_keys)]
    deviations = [
        (queries.norm(dim=-1, keepdim=True) * keys.norm(dim=-1))[:, :, None, None],
        others.norm(dim=-1, keepdim=True) * other_keys.norm(dim=-1),
    ]
    return (key_products * moment(scores, deviations, cosines)).sum(dim=(1, 3))


def _match(queries: Tensor, keys: Tensor) -> Tensor:
    """<q, k> of the tokens without their constants."""
    return (keys[..., :-1] @ queries[..., :-1].unsqueeze(-1)).squeeze(-1)


def _unbiased(spread: float) -> Callable:
    def moment(scores, deviations, cosines):
        return spread**2 * deviations[0] * deviations[1] * arc_cosine(cosines)

    return moment


def _biased(bias_scale: float, spread: float) -> Callable:
    def moment(scores, deviations, cosines):
        units = [spread * deviation for deviation in deviations]
        shifts = [bias_scale * score / unit for score, unit in zip(scores, units, strict=True)]
        shifts = torch.broadcast_tensors(*shifts, cosines)[:2]
        return units[0] * units[1] * rectified_moment(*shifts, cosines)

    return moment
