"""The one form: a state that is multiplied, written to and read, token after token."""

from typing import Annotated, NamedTuple

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, checked
from attnkit.validate import require_finite

__all__ = ["System", "change_coordinates", "dynamical_system", "wide"]

Factors = Float[Tensor, "*batch time #state #value"]
Channels = Float[Tensor, "*batch time state #value"]


class System(NamedTuple):
    """What each token does to a state (state, channel), whatever the values are.

    Parameters
    ----------
    transition, write, read : Tensor
        A, B and C, each (..., time, state, channel), or (..., time, state, 1) where all channels
        have the same, and a state of size 1 where all rows of it have the same.

    Raises
    ------
    TypeError
        By `dynamical_system`, for anything but floating-point tensors.

    References
    ----------
    Sieber et al. 2024, arXiv:2405.15731, whose matrices are diagonal here.
    """

    transition: Tensor
    write: Tensor
    read: Tensor


@checked
def dynamical_system(
    transition: Factors,
    write: Channels,
    read: Channels,
    values: Float[Tensor, "*batch time value"],
    *,
    initial_state: Annotated[Float[Tensor, "*batch state value"], Finite()] | None = None,
    mask: Bool[Tensor, "*batch time"] | None = None,
) -> tuple[Float[Tensor, "*batch time value"], Float[Tensor, "*batch state value"]]:
    r"""Run a state-space model that changes with every token: the definition, token by token.

    .. math:: h_t = A_t \odot h_{t-1} + B_t \odot (1\, v_t^\top), \qquad
              o_t = \textstyle\sum_s (C_t \odot h_t)_s

    Parameters
    ----------
    transition, write, read : Tensor
        A, B and C of a `System`: (..., time, state, channel), of size 1 along the channels where
        all have the same, the transition also along the state. Give it as `*system`.
    values : Tensor
        (..., time, value), at least one token; as many as there are channels, if not one.
    initial_state : Tensor, optional
        (..., state, value); zeros else.
    mask : Tensor, optional
        (..., time), true where a token counts; elsewhere the state stays and zero is read.

    Returns
    -------
    output, state
        (..., time, value) in the values' dtype and (..., state, value) in at least float32.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, no token, NaN or infinity where a token counts; integers.

    References
    ----------
    Sieber et al. 2024, arXiv:2405.15731, the dynamical systems framework; known here from its
    abstract and overviews.
    """
    steps = _counted(System(transition, write, read), values, mask)
    state = torch.zeros_like(steps[1][..., 0, :, :] * steps[3][..., 0, :, :])
    state = state if initial_state is None else initial_state.to(state)
    outputs = []
    for a, b, c, v in zip(*(each.unbind(-3) for each in steps), strict=True):
        state = a * state + b * v
        outputs.append((c * state).sum(-2))
    output = torch.stack(outputs, -2)
    require_finite("output", output)
    require_finite("state", state)
    return output.to(values.dtype), state


def _counted(system: System, values: Tensor, mask: Tensor | None) -> list[Tensor]:
    """A, B, C and the values (..., time, 1, value); a masked token has a transition of one."""
    if values.shape[-2] == 0:
        raise ValueError(f"values must hold at least one token, got {tuple(values.shape)}")
    steps = [wide(each) for each in (*system, values[..., None, :])]
    if mask is not None:
        seen = mask[..., None, None]
        neutral = (1.0, 0.0, 0.0, 0.0)
        steps = [torch.where(seen, *pair) for pair in zip(steps, neutral, strict=True)]
    for name, each in zip((*System._fields, "values"), steps, strict=True):
        require_finite(name, each)
    return steps


@checked
def change_coordinates(
    transition: Annotated[Factors, Finite()],
    write: Annotated[Channels, Finite()],
    read: Annotated[Channels, Finite()],
    factors: Annotated[Factors, Finite()],
) -> System:
    r"""Return the system of the state :math:`T_t \odot h_t`: other matrices, the same outputs.

    .. math:: A'_t = T_t A_t T_{t-1}^{-1}, \qquad B'_t = T_t B_t, \qquad C'_t = C_t T_t^{-1}

    The first token has no state before it, and keeps its transition times :math:`T_1`: hand on no
    initial state, or one in the old coordinates.

    Parameters
    ----------
    transition, write, read : Tensor
        A `System`, given as `*system`.
    factors : Tensor
        T, (..., time, state, channel) or of size 1 along the last two, nowhere zero.

    Returns
    -------
    System
        The matrices in the new coordinates, in at least float32.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, a factor of zero, NaN or infinity; integers.

    References
    ----------
    Derived here: the freedom that any linear system has.
    """
    factors = wide(factors)
    if bool((factors == 0).any()):
        raise ValueError("factors must be nowhere zero, got one that is")
    before = torch.cat([torch.ones_like(factors[..., :1, :, :]), factors[..., :-1, :, :]], -3)
    return System(wide(transition) * factors / before, wide(write) * factors, wide(read) / factors)


def wide(tensor: Tensor) -> Tensor:
    """In at least float32."""
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))
