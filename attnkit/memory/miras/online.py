"""A memory that learns token by token, whatever its four choices are."""

from typing import Annotated, NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.memory.miras.rule import Rule
from attnkit.memory.shared.arguments import (
    SHARE,
    counted_tokens,
    require_finite_results,
    token_gate,
)
from attnkit.memory.shared.precision import compute_dtype, product
from attnkit.memory.shared.recurrent import each_token
from attnkit.memory.titans.network import errors_by_layer, layers
from attnkit.validate import require_finite

__all__ = ["OnlineState", "online_memory"]


class OnlineState(NamedTuple):
    r"""What an online memory hands on: the sums of its pushes, and its last push.

    Parameters
    ----------
    pushed, last : tuple of Tensor
        For each layer (..., in, out). The weights are the retention's map of the first.

    Raises
    ------
    ValueError
        By `online_memory`, where they do not fit its rule.

    References
    ----------
    Defined here.
    """

    pushed: tuple[Tensor, ...]
    last: tuple[Tensor, ...]


@checked
def online_memory(
    queries: Float[Tensor, "*batch time key"],
    keys: Annotated[Float[Tensor, "*batch time key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch time value"], Like("queries")],
    rate: Float[Tensor, "*batch time"],
    *,
    rule: Rule,
    forgetting: Float[Tensor, "*batch time"] | None = None,
    initial_state: OnlineState | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], OnlineState]:
    r"""Learn keys' values token by token, by any choice of memory, loss, retention, optimiser.

    .. math::
        S_t &= \mathrm{push}\big(S_{t-1},\; -b_t \nabla l(W_{t-1}; k_t, v_t)\big), \\
        A_t &= (1 - \alpha_t) A_{t-1} + S_t, \\
        W_t &= \mathrm{weights}(A_t), \qquad o_t = W_t(q_t)

    The gradient by the weights W pushes the sum A, which the retention maps to weights. Each loss
    is taken at the memory of the token before. There are no chunks here: where the influence is not
    linear in the error we know of no form in chunks that is the same rule.

    Parameters
    ----------
    queries, keys : Float[Tensor, "*batch time key"]
        (..., time, key), at least one token. Half precision is computed in float32, under autocast
        too.
    values : Float[Tensor, "*batch time value"]
        (..., time, value), one a key.
    rate : Float[Tensor, "*batch time"]
        (..., time), :math:`b_t`.
    rule : Rule
        The four choices.
    forgetting : Float[Tensor, "*batch time"], optional
        (..., time), :math:`\alpha_t` in [0, 1]; zeros else.
    initial_state : OnlineState, optional
        As returned; else where the rule's memory begins.
    mask : Bool[Tensor, "*batch time"], optional
        True where a token counts: another one leaves the state as it is, and reads zero.

    Returns
    -------
    output, state
        (..., time, value) in the dtype of the input, and the `OnlineState` in at least float32:
        pass it as ``initial_state`` to go on where this call stopped.

    Raises
    ------
    ValueError
        Shapes that do not fit, no token, NaN or infinity, forgetting outside [0, 1], a state of
        another memory, and finite inputs whose output or state overflows its dtype.
    TypeError
        Anything but floating-point tensors, keys or values of another dtype than the queries,
        tensors on different devices, a mask that is not bool, a rule that is none.

    References
    ----------
    Behrouz et al. 2025, "It's all connected", arXiv:2504.13173, eq. 5 and section 5.
    """
    queries, keys, values = counted_tokens(queries, keys, values, mask)
    forgetting = torch.zeros_like(rate) if forgetting is None else forgetting
    rates = token_gate("rate", rate, keys, mask)
    alphas = token_gate("forgetting", forgetting, keys, mask, SHARE)
    counts = torch.ones_like(rates) if mask is None else mask[..., None].to(rates)
    state = _state(initial_state, keys, rule.memory.begin(keys, values.shape[-1]))
    tokens = [t.to(compute_dtype(keys)) for t in (queries, keys, values, rates, alphas, counts)]
    outputs = []
    for q, *token in each_token(*tokens):
        state = _after(state, *token, rule=rule)
        weights = [rule.retention.weights(a) for a in state.pushed]
        outputs.append(layers(q[..., None, :], weights)[-1][..., 0, :] * token[-1])
    output = torch.stack(outputs, -2).to(values.dtype)
    results = {"output": output} | {f"layer {i}": a for i, a in enumerate(state.pushed, 1)}
    require_finite_results(results, queries=queries, keys=keys, values=values, rate=rate)
    return output, state


def _after(state: OnlineState, k, v, rate, alpha, count, *, rule: Rule) -> OnlineState:
    """The state after one token, (..., feature); as it was where the token does not count."""
    value, (rate, alpha, count) = v[..., None, :], (g[..., None] for g in (rate, alpha, count))
    weights = [rule.retention.weights(a) for a in state.pushed]
    inputs, errors = errors_by_layer(
        k[..., None, :], lambda read: rule.loss.influence(read, value), weights
    )
    pushed, last = [], []
    for a, s, x, error in zip(*state, inputs, errors, strict=True):
        push = rule.optimiser.push(s, -rate * product(x.mT, error))
        last.append(torch.where(count > 0, push, s))
        pushed.append(torch.where(count > 0, (1 - alpha) * a + push, a))
    return OnlineState(tuple(pushed), tuple(last))


def _state(state: OnlineState | None, keys: Tensor, first: tuple[Tensor, ...]) -> OnlineState:
    if state is None:
        return OnlineState(first, tuple(map(torch.zeros_like, first)))
    wanted = [tuple(w.shape) for w in first]
    for name, part in zip(state._fields, state, strict=True):
        came = [tuple(w.shape) for w in part]
        if came != wanted:
            raise ValueError(f"initial_state.{name} must have the shapes {wanted}, got {came}")
        for w in part:
            require_finite(f"initial_state.{name}", w)
    return OnlineState(*(tuple(w.to(first[0]) for w in part) for part in state))
