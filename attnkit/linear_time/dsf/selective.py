"""S6, the selective state-space model of Mamba, as attention has it: query, key, value, step."""

from typing import Annotated

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.linear_time.dsf.system import System, dynamical_system, wide
from attnkit.memory import linear_attention
from attnkit.shapes import Scope
from attnkit.validate import require_finite

__all__ = ["recurrent_selective_ssm", "selective_ssm"]

Queries = Float[Tensor, "*batch time key"]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch time value"], Like("queries")]
Steps = Float[Tensor, "*batch time"] | Float[Tensor, "*batch time value"]
Rate = Range(-1e6, 0.0)
Rates = (
    Annotated[float, Rate]
    | Annotated[Float[Tensor, "key"], Rate]
    | Annotated[Float[Tensor, "key value"], Rate]
)
Counts = Bool[Tensor, "*batch time"]
State = Annotated[Float[Tensor, "*batch key value"], Finite()]
Read = tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch key value"]]


@checked
def selective_ssm(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    steps: Steps,
    rates: Rates = -1.0,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> Read:
    r"""Write with a step that also says how much is forgotten: S6 with a diagonal transition.

    .. math:: h_t = e^{\Delta_t a} \odot h_{t-1} + k_t\, (\Delta_t \odot v_t)^\top, \qquad
              o_t = h_t^\top q_t

    Where all channels share their steps and rates this is `linear_attention` with the keys
    :math:`\Delta_t k_t` and the log-decay :math:`\Delta_t a`, and is computed so; where they do
    not, each channel is such an attention of its own.

    Parameters
    ----------
    queries, keys, values : Tensor
        C, B and u of the paper: (..., time, key), (..., time, key) and (..., time, value), at least
        one token.
    steps : Tensor
        Δ, (..., time) or (..., time, value), not negative, as softplus makes them.
    rates : float or Tensor
        a, a number, (key,) or (key, value), at most zero.
    initial_state : Tensor, optional
        (..., key, value), as returned; zeros else.
    mask : Tensor, optional
        (..., time), true where a token counts; elsewhere the state stays and zero is read.

    Returns
    -------
    output, state
        (..., time, value) in the input's dtype and (..., key, value) in at least float32.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, a negative step, a positive rate, NaN or infinity where a
        token counts; dtypes that differ, integers.

    References
    ----------
    Gu and Dao 2023, arXiv:2312.00752, without the skip connection; the input matrix as in their
    code, a step times B.
    """
    q, k, v = _counted(queries, keys, values, mask)
    steps, rates = _steps(steps, values, mask), _rates(rates, keys)
    if steps.shape[-1] == rates.shape[-1] == 1:
        log_decay = steps * rates[:, 0]
        output, state = linear_attention(
            q, steps * k, v, log_decay=log_decay, initial_state=initial_state, mask=mask
        )
        return output.to(values.dtype), state
    output, state = _each_channel(System(q, k, v), steps, rates, initial_state, mask)
    return output.to(values.dtype), state


def _each_channel(tokens, steps: Tensor, rates: Tensor, state: Tensor | None, mask: Tensor | None):
    """Channels as so many sequences, each with values of width one and decays of its own."""
    q, k, v = tokens
    n = v.shape[-1]
    many = (*v.shape[:-2], n, v.shape[-2])
    step = steps.mT.expand(many)[..., None]
    decay = step * rates.mT.expand(n, -1)[:, None]
    q, k = (each[..., None, :, :].expand(*many, -1) for each in (q, k))
    started = None if state is None else state.mT[..., None]
    seen = None if mask is None else mask[..., None, :].expand(many)
    output, state = linear_attention(
        q, step * k, v.mT[..., None], log_decay=decay, initial_state=started, mask=seen
    )
    return output[..., 0].mT, state[..., 0].mT


@checked
def recurrent_selective_ssm(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    steps: Steps,
    rates: Rates = -1.0,
    initial_state: State | None = None,
    mask: Counts | None = None,
) -> Read:
    r"""Run S6 as a `dynamical_system`, token by token: what `selective_ssm` must equal.

    .. math:: A_t = e^{\Delta_t a}, \qquad B_t = \Delta_t k_t, \qquad C_t = q_t

    Queries and keys are (..., time, key), values and reads (..., time, value); steps, rates, state
    and mask as `selective_ssm` has them.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, a negative step, a positive rate, NaN or infinity where a
        token counts; dtypes that differ, integers.

    References
    ----------
    Gu and Dao 2023, arXiv:2312.00752, algorithm 2.
    """
    q, k, v = _counted(queries, keys, values, mask)
    steps = _steps(steps, values, mask)[..., None, :]
    transition = (steps * _rates(rates, keys)).exp()
    output, state = dynamical_system(
        transition,
        steps * k[..., None],
        q[..., None],
        v,
        initial_state=initial_state,
        mask=mask,
    )
    return output.to(values.dtype), state


def _counted(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> list[Tensor]:
    """The tokens in at least float32, zero where masked, and finite."""
    if queries.shape[-2] == 0:
        raise ValueError(f"queries must hold at least one token, got {tuple(queries.shape)}")
    tokens = []
    for name, tensor in (("queries", queries), ("keys", keys), ("values", values)):
        seen = tensor if mask is None else torch.where(mask[..., None], tensor, 0.0)
        require_finite(name, seen)
        tokens.append(wide(seen))
    return tokens


def _steps(steps: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
    """(..., time, value or 1), zero where masked: nothing is written and nothing forgotten."""
    steps = steps if steps.ndim == values.ndim else steps[..., None]
    if mask is not None:
        steps = torch.where(mask[..., None], steps, 0.0)
    Range(0.0, 1e6).require("steps", steps, Scope())
    return steps.to(torch.promote_types(values.dtype, torch.float32))


def _rates(rates: float | Tensor, keys: Tensor) -> Tensor:
    """(key, value or 1)."""
    dtype = torch.promote_types(keys.dtype, torch.float32)
    made = torch.as_tensor(rates, dtype=dtype, device=keys.device)
    if made.ndim == 0:
        made = made.expand(keys.shape[-1])
    return made if made.ndim == 2 else made[:, None]
