"""Linear attention, softmax's Taylor orders and selective SSMs, written as the one form."""

from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.linear_time.dsf.system import System, wide
from attnkit.linear_time.dsf.taylor import EvenOrder, power_features

__all__ = ["linear_system", "normalised_linear_system", "selective_system", "taylor_system"]

Queries = Annotated[Float[Tensor, "*batch time key"], Finite()]
Keys = Annotated[Float[Tensor, "*batch time key"], Like("queries"), Finite()]
Decay = Annotated[Float[Tensor, "*batch time"], Range(high=0.0)]


@checked
def linear_system(queries: Queries, keys: Keys, *, log_decay: Decay | None = None) -> System:
    r"""Write linear attention as a state-space model.

    .. math:: A_t = e^{\ell_t}, \qquad B_t = k_t, \qquad C_t = q_t

    Parameters
    ----------
    queries, keys : Tensor
        (..., time, key), features already.
    log_decay : Tensor, optional
        :math:`\ell_t`, (..., time), at most zero; nothing is forgotten else.

    Returns
    -------
    System
        Transition (..., time, 1, 1), write and read (..., time, key, 1).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or infinity, a positive log-decay; dtypes that differ, integers.

    References
    ----------
    Katharopoulos et al. 2020, arXiv:2006.16236, without the normaliser.
    """
    decay = keys.new_zeros(keys.shape[:-1]) if log_decay is None else log_decay
    return System(
        wide(decay).exp()[..., None, None], wide(keys)[..., None], wide(queries)[..., None]
    )


@checked
def normalised_linear_system(queries: Queries, keys: Keys) -> System:
    r"""Write normalised linear attention as a state-space model, its normaliser in the read.

    .. math:: A_t = 1, \qquad B_t = k_t, \qquad C_t = q_t / \eta_t, \qquad
              \eta_t = q_t \cdot \textstyle\sum_{j \le t} k_j

    In the coordinates :math:`T_t = 1/\eta_t` it stands in the transition,
    :math:`A_t = \eta_{t-1}/\eta_t`, which depends on the queries and may exceed one.

    Parameters
    ----------
    queries, keys : Tensor
        (..., time, key), features already, with non-negative products. A query that meets no
        weight reads zero.

    Returns
    -------
    System
        Transition (..., time, 1, 1), write and read (..., time, key, 1).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, NaN or infinity; dtypes that differ, integers.

    References
    ----------
    Sieber et al. 2024, arXiv:2405.15731, for the normaliser as a part of the system.
    """
    plain = linear_system(queries, keys)
    sums = (plain.read * plain.write.cumsum(-3)).sum(-2, keepdim=True)
    empty = sums == 0
    return plain._replace(read=plain.read / sums.masked_fill(empty, 1.0) * ~empty)


@checked
def taylor_system(queries: Queries, keys: Keys, *, order: EvenOrder = 2) -> System:
    r"""Write softmax attention, its exponential cut at an even order, as a state-space model.

    .. math:: B_t = \phi_p(k_t), \qquad C_t \propto \phi_p(q_t), \qquad
              \phi_p(q) \cdot \phi_p(k) = \sum_{m=0}^{p} \frac{(q \cdot k / \sqrt d)^m}{m!}

    Softmax attention is the limit of p without bound, and its state has no bound either:
    `taylor_state_size`.

    Parameters
    ----------
    queries, keys : Tensor
        (..., time, key).
    order : int
        p, even.

    Returns
    -------
    System
        As `normalised_linear_system` of the features.

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, an odd order or one with too many features, NaN or infinity; dtypes
        that differ, integers.

    References
    ----------
    Sieber et al. 2024, arXiv:2405.15731, for the limit; the packed features are derived here.
    """
    if order % 2:
        raise ValueError(f"order must be even, got {order}")
    return normalised_linear_system(power_features(queries, order), power_features(keys, order))


@checked
def selective_system(
    queries: Queries,
    keys: Keys,
    *,
    steps: Annotated[Float[Tensor, "*batch time #value"], Range(0.0, 1e6)],
    rates: Annotated[Float[Tensor, "key #value"], Range(-1e6, 0.0)],
) -> System:
    r"""Write a selective state-space model (S6) in the one form.

    .. math:: A_t = e^{\Delta_t a}, \qquad B_t = \Delta_t k_t, \qquad C_t = q_t

    One number, the step, opens the write and closes the past: a token with a step of zero leaves
    no trace and forgets nothing.

    Parameters
    ----------
    queries, keys : Tensor
        C and B of the paper, (..., time, key).
    steps : Tensor
        Δ, (..., time, value), or (..., time, 1) for all channels; not negative.
    rates : Tensor
        a, (key, value) or (key, 1), at most zero.

    Returns
    -------
    System
        Transition and write (..., time, key, value or 1), read (..., time, key, 1).

    Raises
    ------
    ValueError, TypeError
        Shapes that do not fit, numbers out of range, NaN or infinity; dtypes that differ, integers.

    References
    ----------
    Gu and Dao 2023, arXiv:2312.00752, with the input matrix as in their code.
    """
    steps = wide(steps)[..., None, :]
    transition = (steps * wide(rates)).exp()
    return System(transition, steps * wide(keys)[..., None], wide(queries)[..., None])
