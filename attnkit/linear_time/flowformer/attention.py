"""Flow attention: sources compete for what the sinks take, and each sink lets in a share."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, Range, checked
from attnkit.densities import softmax
from attnkit.linear_time.flowformer.flows import Flows, flow_features, over, what_flows
from attnkit.masks import require_finite_where_attended
from attnkit.precision import outside_autocast

__all__ = ["Clamp", "competition", "flow_attention", "flow_weights"]

Clamp = Annotated[float, Range(0.0, 1e6)]


@checked
@outside_autocast
def flow_attention(
    queries: Float[Tensor, "*batch query d"],
    keys: Annotated[Float[Tensor, "*batch key d"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key channel"], Like("queries")],
    *,
    clamp: Clamp | None = 1.0,
    mask: Bool[Tensor, "*batch key"] | None = None,
    query_mask: Bool[Tensor, "*batch query"] | None = None,
) -> Float[Tensor, "*batch query channel"]:
    r"""Read the values under `flow_weights`, without making the matrix of weights.

    .. math:: c_i = \operatorname{sigmoid}\!\left(\hat I_i \tfrac{n}{m}\right)
                    \frac{\sigma(q_i)^\top}{I_i}
                    \sum_j \sigma(k_j)\, m \operatorname{softmax}(\min(\hat O, 1))_j\, v_j^\top

    n is the number of sinks, m that of sources.

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d), (..., key, d) and (..., key, channel).
    clamp : float or None
        What the conserved flow out of a source is cut to before sources compete; None cuts nothing.
    mask, query_mask : Tensor or None
        (..., key) and (..., query), true for a source and a sink that counts. What does not count
        is never looked at; a sink that does not count reads zeros. In self-attention give both.

    Returns
    -------
    Tensor
        (..., query, channel), computed in at least float32, in the queries' dtype.

    Raises
    ------
    ValueError, TypeError
        Shapes or dtypes that do not fit, NaN or infinity where something counts, a negative clamp.

    References
    ----------
    Wu et al. 2022, "Flowformer", arXiv:2202.06258, by its abstract and the authors' code.
    """
    sinks, sources = (
        flow_features("queries", queries, query_mask),
        flow_features("keys", keys, mask),
    )
    read = require_finite_where_attended("values", values, mask).to(sinks.dtype)
    flows = what_flows(sinks, sources)
    n_sinks, n_sources = _counted(sinks, query_mask), _counted(sources, mask)
    shares = n_sources * competition(flows.conserved_outgoing, clamp, mask)
    sums = sinks @ (sources.mT @ (shares[..., None] * read))
    let_in = _allocation(flows, n_sinks, n_sources) * over(1.0, flows.incoming)[..., None]
    return (let_in * sums).to(queries.dtype)


@checked
@outside_autocast
def flow_weights(
    queries: Float[Tensor, "*batch query d"],
    keys: Annotated[Float[Tensor, "*batch key d"], Like("queries")],
    *,
    clamp: Clamp | None = 1.0,
    mask: Bool[Tensor, "*batch key"] | None = None,
    query_mask: Bool[Tensor, "*batch query"] | None = None,
) -> Float[Tensor, "*batch query key"]:
    r"""Return the weights of flow attention as a matrix, of pipes whose sums are taken one by one.

    .. math:: w_{ij} = \operatorname{sigmoid}\!\left(\hat I_i \tfrac{n}{m}\right)
                       \frac{C_{ij}}{I_i}\, m \operatorname{softmax}(\min(\hat O, 1))_j, \qquad
              C_{ij} = \sigma(q_i) \cdot \sigma(k_j)

    Parameters
    ----------
    queries, keys : Tensor
        (..., query, d) and (..., key, d).
    clamp, mask, query_mask
        As `flow_attention` has them.

    Returns
    -------
    Tensor
        (..., query, key), in the queries' dtype; a row sums to what its sink lets in, not to one.

    Raises
    ------
    ValueError, TypeError
        Shapes or dtypes that do not fit, NaN or infinity where something counts, a negative clamp.

    References
    ----------
    Wu et al. 2022, "Flowformer", arXiv:2202.06258, by its abstract and the authors' code.
    """
    sinks, sources = (
        flow_features("queries", queries, query_mask),
        flow_features("keys", keys, mask),
    )
    pipes = sinks @ sources.mT
    incoming, outgoing = pipes.sum(-1, keepdim=True), pipes.sum(-2, keepdim=True)
    taken, sent = over(pipes, incoming), over(pipes, outgoing)
    flows = Flows(incoming[..., 0], outgoing[..., 0, :], sent.sum(-1), taken.sum(-2))
    n_sinks, n_sources = _counted(sinks, query_mask), _counted(sources, mask)
    shares = n_sources * competition(flows.conserved_outgoing, clamp, mask)
    weights = _allocation(flows, n_sinks, n_sources) * taken * shares[..., None, :]
    return weights.to(queries.dtype)


def competition(outgoing: Tensor, clamp: float | None, mask: Tensor | None = None) -> Tensor:
    """Softmax over sources (..., key) of what they send, cut to the clamp."""
    cut = outgoing if clamp is None else outgoing.clamp(max=clamp)
    return softmax(cut, mask=mask)


def _allocation(flows: Flows, n_sinks: Tensor, n_sources: Tensor) -> Tensor:
    """The share (..., query, 1) that each sink lets in."""
    return (flows.conserved_incoming * over(n_sinks, n_sources)).sigmoid()[..., None]


def _counted(features: Tensor, mask: Tensor | None) -> Tensor:
    """How many rows count, (..., 1)."""
    if mask is None:
        return features.new_full((*features.shape[:-2], 1), features.shape[-2])
    return mask.sum(-1, keepdim=True).to(features.dtype)
