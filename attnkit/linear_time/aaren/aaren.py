"""Aaren's attention: one query, and what it reads of every prefix, by a scan of few merges."""

from attnkit.arguments import checked
from attnkit.linear_time.aaren.arguments import Counts, Keys, Query, Reads, State, Values, run
from attnkit.linear_time.aaren.scans import pairwise_prefixes
from attnkit.precision import outside_autocast

__all__ = ["aaren_attention"]


@checked
@outside_autocast
def aaren_attention(
    query: Query,
    keys: Keys,
    values: Values,
    *,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> Reads:
    r"""Read every prefix of a sequence by softmax with one and the same query.

    .. math:: o_t = \sum_{j \le t} \frac{e^{s_j}}{\sum_{l \le t} e^{s_l}}\, v_j, \qquad
              s_j = q \cdot k_j / \sqrt d

    With a query for all tokens the sums of one prefix are those of the next but for one term, so
    that three things are kept: largest score, sum of exponentials, sum of values. Two such triples
    merge associatively; neighbours are merged, then the prefixes of the pairs are taken, and the
    prefixes between them: fewer than 2 n merges in 2 log n rounds, and gradients through all.

    Parameters
    ----------
    query : Float[Tensor, "*batch key"]
        (..., key), one a sequence.
    keys : Float[Tensor, "*batch time key"]
        (..., time, key), any number of tokens. Half precision is computed in float32.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    initial_state : tuple of Tensor, optional
        Largest score, sum of exponentials, (...) each, and sum of values, (..., value), as
        returned. That of no token is (−inf, 0, 0).
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts; elsewhere the state stays as it is and zero is read.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input, and the triple in at least float32. Gradients
        flow through the sums; the largest score is a reference, which no read depends on.

    Raises
    ------
    ValueError
        Shapes that do not fit, NaN or infinity, finite inputs whose scores or sums overflow.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the query, a mask
        that is not bool.

    References
    ----------
    Feng et al. 2024, "Attention as an RNN", abstract read; the scan's order is Blelloch's, 1990.
    """
    output, state = run(pairwise_prefixes, (query, keys, values), initial_state, mask)
    return output, tuple(state)
