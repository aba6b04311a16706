"""Retentions: what keeps a memory near what it was. Each is a map from pushes summed to weights.

A step that minimises  b⟨∇l, W⟩ + (1 − α) D(W, W') + α D(W, rest),  D the Bregman divergence of a
potential, adds −b∇l to what is left of a sum A, and W is the potential's mirror map of A. So
retentions differ in that map alone.
"""

from dataclasses import dataclass
from typing import Annotated, Protocol, runtime_checkable

import torch
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["Decay", "KLRetention", "LqRetention", "Retention"]


@runtime_checkable
class Retention(Protocol):
    r"""A mirror map, from sums of pushes (..., in, out) to weights (..., in, out).

    Raises
    ------
    TypeError
        From `Rule`, for an object without it.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, section 5; that each is a mirror map is derived here.
    """

    def weights(self, pushed: Tensor) -> Tensor:
        """The weights of one layer."""


@checked
@dataclass(frozen=True)
class Decay:
    r"""Weights are the sum of pushes itself: weight decay, potential :math:`\tfrac12 |W|^2`.

    Sums and weights are (..., in, out).

    Raises
    ------
    TypeError
        For any argument.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, section 5, where it is the retention of most memories.
    """

    def weights(self, pushed: Tensor) -> Tensor:
        return pushed


@checked
@dataclass(frozen=True)
class LqRetention:
    r"""Weights by the mirror map of a norm: large pushes stand out, small ones hardly show.

    .. math:: W_{ij} = \operatorname{sign}(A_{ij})\,|A_{ij}|^{q-1} / \lVert A \rVert_q^{q-2},
        \qquad \text{potential } \tfrac12 \lVert W \rVert_{q/(q-1)}^2

    of sums A (..., in, out), with the norm of each layer. At q = 2 it is `Decay`. The power is
    needed: :math:`A / \lVert A \rVert_q^{q-2}`, as the rule is often written, has weights that
    *shrink* as A grows for q above 3.

    Parameters
    ----------
    q : float
        Between 2 and 16: the exponent over A.

    Raises
    ------
    ValueError, TypeError
        For another q.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, eq. 24, as digests of it have it, for the norm; the
    mirror map with its power is derived here.
    """

    q: Annotated[float, Range(2.0, 16.0)] = 4.0

    def weights(self, pushed: Tensor) -> Tensor:
        norm = torch.linalg.vector_norm(pushed, self.q, dim=(-2, -1), keepdim=True)
        share = pushed / torch.where(norm > 0, norm, 1.0)
        return norm * share.sign() * share.abs().pow(self.q - 1)


@checked
@dataclass(frozen=True)
class KLRetention:
    r"""Each row of weights is a distribution: what one number of the key says of the values.

    .. math:: W_t = \mathrm{total} \cdot
        \operatorname{softmax}\big((1 - \alpha) \log W_{t-1} - b \nabla l\big)

    In sums of pushes A, (..., in, out), it is a softmax of each row, and fading draws rows towards
    the uniform one. Weights are positive and rows sum to `total` whatever is written, so that other
    values are read from afar at best.

    Parameters
    ----------
    total : float
        What each row sums to, above 0.

    Raises
    ------
    ValueError, TypeError
        For a total that is not above 0.

    References
    ----------
    Behrouz et al. 2025, arXiv:2504.13173, eq. 21, there over all weights of a layer; rows are a
    choice made here.
    """

    total: Annotated[float, Range(0.0, 1e30, open=True)] = 1.0

    def weights(self, pushed: Tensor) -> Tensor:
        return self.total * pushed.softmax(-1)
