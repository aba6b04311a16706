"""What flows through attention as through pipes: in and out, and again once each end holds one."""

from typing import Annotated, NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Range, checked
from attnkit.linear_time.shared.tokens import compute_dtype
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast

__all__ = ["Flows", "conserved_flows", "flow_features", "over", "what_flows"]


class Flows(NamedTuple):
    """Flow into each sink (a query) and out of each source (a key).

    Parameters
    ----------
    incoming, outgoing : Tensor
        (..., query) and (..., key), I and O: sums of the pipes' capacities.
    conserved_incoming : Tensor
        (..., query): what a sink gets once every source sends one in all.
    conserved_outgoing : Tensor
        (..., key): what a source sends once every sink takes one in all.
    """

    incoming: Tensor
    outgoing: Tensor
    conserved_incoming: Tensor
    conserved_outgoing: Tensor


@checked
@outside_autocast
def conserved_flows(
    queries: Float[Tensor, "*batch query d"],
    keys: Float[Tensor, "*batch key d"],
    *,
    mask: Bool[Tensor, "*batch key"] | None = None,
    query_mask: Bool[Tensor, "*batch query"] | None = None,
    eps: Annotated[float, Range(0.0, 1.0)] = 0.0,
) -> Flows:
    r"""Return what flows through pipes of capacity :math:`\sigma(q_i) \cdot \sigma(k_j)`.

    .. math::
        I_i &= \sigma(q_i) \cdot \sum_j \sigma(k_j), \\
        O_j &= \sigma(k_j) \cdot \sum_i \sigma(q_i), \\
        \hat I_i &= \sigma(q_i) \cdot \sum_j \frac{\sigma(k_j)}{O_j}, \\
        \hat O_j &= \sigma(k_j) \cdot \sum_i \frac{\sigma(q_i)}{I_i}

    The conserved flows into all sinks sum to the number of sources, and those out of all sources to
    the number of sinks: so the mean of :math:`\hat O` is sinks over sources.

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d) and (..., key, d).
    mask, query_mask : Tensor or None
        (..., key) and (..., query), true for a source and a sink that counts. What does not count
        is never looked at, and nothing flows there.
    eps : float
        Added to both factors of every product, as the authors do with 1e-6; above zero nothing is
        conserved exactly.

    Returns
    -------
    Flows
        In at least float32.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or infinity where something counts, eps outside [0, 1].

    References
    ----------
    Wu et al. 2022, "Flowformer", arXiv:2202.06258, by its abstract and the authors' code.
    """
    features = flow_features("queries", queries, query_mask), flow_features("keys", keys, mask)
    return what_flows(*features, eps)


def what_flows(queries: Tensor, keys: Tensor, eps: float = 0.0) -> Flows:
    """`conserved_flows` of features (..., query, d) and (..., key, d), zeros where none counts."""
    incoming = _through(queries, keys.sum(-2, keepdim=True), eps)
    outgoing = _through(keys, queries.sum(-2, keepdim=True), eps)
    sent = over(1.0, outgoing)[..., None, :] @ keys
    taken = over(1.0, incoming)[..., None, :] @ queries
    return Flows(incoming, outgoing, _through(queries, sent, eps), _through(keys, taken, eps))


def flow_features(name: str, x: Tensor, mask: Tensor | None) -> Tensor:
    """Sigmoid of what counts, in at least float32, and zeros elsewhere."""
    features = require_finite_where_attended(name, x, mask).to(compute_dtype(x)).sigmoid()
    return features if mask is None else torch.where(mask[..., None], features, 0.0)


def over(number: Tensor | float, flow: Tensor) -> Tensor:
    """A number over a flow, and zero where nothing flows."""
    flows = flow > 0
    return torch.where(flows, number / torch.where(flows, flow, 1.0), 0.0)


def _through(features: Tensor, total: Tensor, eps: float) -> Tensor:
    factors = (features + eps, total + eps) if eps else (features, total)
    return (factors[0] @ factors[1].mT)[..., 0]
