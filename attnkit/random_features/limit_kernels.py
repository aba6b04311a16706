"""The kernels that infinitely many frozen heads or units compute."""

import math
from collections.abc import Callable
from functools import partial
from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast
from attnkit.random_features.inputs import (
    Prepared,
    compute_dtype,
    prepare,
    require_representable,
)
from attnkit.random_features.moments import moment
from attnkit.random_features.partials import with_partials

__all__ = ["arc_cosine", "attention_kernel", "rectified_moment"]

PAIRS_PER_CHUNK = 2**20

# A cosine that rounding put beyond an end is that end.
Cosine = Range(-1.000002, 1.000002)
Shift = Range(-1e15, 1e15)
First = Annotated[Float[Tensor, "first d_query"], Finite()]
Second = Annotated[Float[Tensor, "second d_query"], Finite()]


@outside_autocast
@checked
def arc_cosine(cosine: Annotated[Float[Tensor, "*batch"], Cosine]) -> Float[Tensor, "*batch"]:
    r"""E[relu(A) relu(B)] for unit Gaussians of correlation cos t: (sin t + (pi - t) cos t)/(2 pi).

    The first derivative in cos t is (pi - t)/(2 pi), up to the ends; the second,
    1/(2 pi sin t), is infinite there.

    Parameters
    ----------
    cosine : Tensor
        (\*batch), between -1 and 1; beyond, where rounding may lead, the kernel goes on linearly.

    Returns
    -------
    Tensor
        (\*batch), in the dtype of `cosine`.

    Raises
    ------
    TypeError, ValueError
        If `cosine` is not floating point, or leaves [-1, 1] by more than 2e-6.

    References
    ----------
    Cho and Saul (2009), "Kernel methods for deep learning", the kernel of degree one,
    with their 1/pi halved because the expectation is over N(0, 1).
    """
    return _degree_one(cosine.to(compute_dtype(cosine))).to(cosine.dtype)


def _degree_one(cosine: Tensor) -> Tensor:
    def value(cosine):
        inside = cosine.clamp(-1.0, 1.0)
        sine = (1.0 - inside.square()).sqrt()
        return (sine + (math.pi - inside.arccos()) * cosine) / (2.0 * math.pi)

    return with_partials(value, (_degree_zero,), cosine)


def _degree_zero(cosine: Tensor) -> Tensor:
    def value(cosine):
        return (math.pi - cosine.clamp(-1.0, 1.0).arccos()) / (2.0 * math.pi)

    def slope(cosine):
        return 1.0 / (2.0 * math.pi * (1.0 - cosine.square()).clamp(min=0.0).sqrt())

    return with_partials(value, (slope,), cosine)


@outside_autocast
@checked
def rectified_moment(
    first: Annotated[Float[Tensor, "*#batch"], Shift],
    second: Annotated[Float[Tensor, "*#batch"], Like("first"), Shift],
    correlation: Annotated[Float[Tensor, "*#batch"], Like("first"), Cosine],
) -> Float[Tensor, "*batch"]:
    r"""E[relu(h + X) relu(k + Y)] for unit Gaussians X, Y of correlation rho.

    With s = sqrt(1 - rho^2) the value is::

        (h k + rho) P(h + X > 0, k + Y > 0) + h phi(k) Phi((h - rho k)/s)
            + k phi(h) Phi((k - rho h)/s) + s phi(h) phi((k - rho h)/s)

    by integration by parts; its derivative in rho is the probability that stands first (Price's
    theorem). Values and first derivatives are right to rounding up to rho = -1 and 1, and so are
    second ones, except that the one in rho is infinite there where h = k, or h = -k.

    Parameters
    ----------
    first, second : Tensor
        Shifts h and k, (\*batch,) each, broadcast against each other; at most 1e15 in size.
    correlation : Tensor
        rho, (\*batch,), between -1 and 1 (2e-6 beyond is taken for rounding).

    Returns
    -------
    Tensor
        (\*batch), in the dtype of the three.

    Raises
    ------
    TypeError, ValueError
        For other dtypes, values out of these ranges, and shapes that do not broadcast.

    References
    ----------
    Rosenbaum (1961), "Moments of a truncated bivariate normal distribution", for the form.
    """
    wide = compute_dtype(first)
    places = (first.to(wide), second.to(wide), correlation.to(wide))
    return moment((2, 2), *places).to(first.dtype)


@outside_autocast
@checked
def attention_kernel(
    first: tuple[First, Float[Tensor, "first first_keys d_key"]],
    second: tuple[Second, Float[Tensor, "second second_keys d_key"]],
    *,
    bias_scale: Annotated[float, Range(-1e6, 1e6)] = 0.0,
    spread: Annotated[float, Range(0, 1e6)] = 0.5,
    first_mask: Bool[Tensor, "first first_keys"] | None = None,
    second_mask: Bool[Tensor, "second second_keys"] | None = None,
) -> Float[Tensor, "first second"]:
    """Gram matrix of infinitely many random ReLU heads between two sets of samples.

    K(X, X') = 1/(N N') sum_ij <k_i, k'_j> E_W[relu(<W, q k_i^T>) relu(<W, q' k'_j^T>)],
    tokens with their constant. The two scores are Gaussian with means bias_scale <q, k> (without
    constants), deviations ``spread |q| |k|`` and correlation cos(q, q') cos(k_i, k'_j): without
    bias an arc-cosine of a product of cosines, with bias `rectified_moment` of each pair. Twice
    differentiable, also where a sample meets itself.

    Parameters
    ----------
    first, second : tuple of Tensor
        Queries (sample, d_query) and keys (sample, n_keys, d_key), of one dtype.
    bias_scale, spread : float
        Scale of the mean matrix, at most 1e6 in size, and deviation of the entries around it, from
        0 to 1e6; without spread the heads are the mean head.
    first_mask, second_mask : Tensor, optional
        (sample, n_keys), True where a key counts, as `pad_keys` makes it. A hidden key may hold
        anything; a sample without keys has zeros.

    Returns
    -------
    Tensor
        (first, second), in the dtype of the queries.

    Raises
    ------
    TypeError, ValueError
        For other shapes and dtypes, numbers that are not finite, and a kernel that overflows, with
        the place in `first` or `second`.

    References
    ----------
    Derived here for the heads of Fu, Guo, Bai and Mei 2023 (arXiv:2307.11353).
    """
    _require_one_kind((*first, *second), bias_scale)
    one = prepare(*first, first_mask, "first[1]")
    other = prepare(*second, second_mask, "second[1]")
    pair_moment = _moment(bias_scale, spread, torch.finfo(one.queries.dtype).eps)
    pairs_per_row = one.keys.shape[1] * other.keys.shape[0] * other.keys.shape[1]
    rows = max(1, PAIRS_PER_CHUNK // max(1, pairs_per_row))
    chunks = [
        _averaged(pair_moment, Prepared(*part), other)
        for part in zip(*(field.split(rows) for field in one), strict=True)
    ]
    kernel = torch.cat(chunks)
    require_representable("first and second", kernel)
    return kernel.to(first[0].dtype)


def _require_one_kind(tensors: tuple[Tensor, ...], bias_scale: float) -> None:
    places = ("first[0]", "first[1]", "second[0]", "second[1]")
    model = tensors[0]
    for place, tensor in zip(places, tensors, strict=True):
        if (tensor.dtype, tensor.device) != (model.dtype, model.device):
            raise TypeError(
                f"{place} must be {model.dtype} on {model.device} like first[0], "
                f"got {tensor.dtype} on {tensor.device}"
            )
    widths = model.shape[-1], tensors[1].shape[-1]
    if bias_scale != 0.0 and widths[0] != widths[1]:
        raise ValueError(f"bias_scale needs queries and keys of one width, got {widths}")


def _averaged(pair_moment: Callable, one: Prepared, other: Prepared) -> Float[Tensor, "a b"]:
    """Weighted sum over all pairs of keys of <k_i, k'_j> times the moment of the two scores."""
    key_products = torch.einsum("aid,bjd->aibj", one.keys, other.keys)
    lengths = one.keys.norm(dim=-1)[:, :, None, None] * other.keys.norm(dim=-1)
    sizes = one.queries.norm(dim=-1)[:, None, None, None] * other.queries.norm(dim=-1)[:, None]
    cosines = (one.queries @ other.queries.mT)[:, None, :, None] / sizes * (key_products / lengths)
    scores = [_match(one)[:, :, None, None], _match(other)]
    deviations = [_deviation(one)[:, :, None, None], _deviation(other)]
    moments = pair_moment(scores, deviations, _inside(cosines))
    return torch.einsum("aibj,ai,bj->ab", key_products * moments, one.weights, other.weights)


def _match(tokens: Prepared) -> Float[Tensor, "sample n_keys"]:
    """<q, k> of the tokens without their constants."""
    return (tokens.keys[..., :-1] @ tokens.queries[..., :-1].unsqueeze(-1)).squeeze(-1)


def _deviation(tokens: Prepared) -> Float[Tensor, "sample n_keys"]:
    return tokens.queries.norm(dim=-1, keepdim=True) * tokens.keys.norm(dim=-1)


def _inside(cosines: Tensor) -> Tensor:
    """Cosines moved by rounding's width to between the ends, slopes as they are.

    At an end itself the curvature in the cosine is infinite and that in the tokens is not: there
    it meets the square of a slope that is zero.
    """
    end = 1.0 - torch.finfo(cosines.dtype).eps
    return cosines + (cosines.clamp(-end, end) - cosines).detach()


def _moment(bias_scale: float, spread: float, rounding: float) -> Callable:
    """E[relu relu] of two scores from their means, deviations and correlation."""
    if bias_scale == 0.0:
        return partial(_unbiased, spread)
    if spread <= rounding * abs(bias_scale):
        return partial(_without_spread, bias_scale)
    return partial(_biased, bias_scale, spread)


def _unbiased(spread: float, scores, deviations, cosines) -> Tensor:
    return spread**2 * deviations[0] * deviations[1] * _degree_one(cosines)


def _without_spread(bias_scale: float, scores, deviations, cosines) -> Tensor:
    return (bias_scale * scores[0]).relu() * (bias_scale * scores[1]).relu()


def _biased(bias_scale: float, spread: float, scores, deviations, cosines) -> Tensor:
    units = [spread * deviation for deviation in deviations]
    shifts = [bias_scale * score / unit for score, unit in zip(scores, units, strict=True)]
    return units[0] * units[1] * moment((2, 2), *shifts, cosines)
