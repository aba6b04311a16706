"""What each head's output is multiplied by, token by token, and what keeps the load even."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked
from attnkit.precision import outside_autocast

__all__ = ["balance_loss", "head_gates"]


@checked
@outside_autocast
def head_gates(
    shared: Annotated[Float[Tensor, "*batch token n_shared"], Finite()],
    routed: Annotated[Float[Tensor, "*batch token n_routed"], Like("shared"), Finite()],
    sides: Annotated[Float[Tensor, "*batch token 2"], Like("shared"), Finite()],
    n_active: Annotated[int, Range(0, 2**20)],
) -> Float[Tensor, "*batch token heads"]:
    r"""Gates of heads that every token hears, and of the few that it chooses.

    .. math::

        g_i &= 2\beta_1 \, n_s \, \mathrm{softmax}(u)_i, \\
        g_e &= 2\beta_2 \, k \, \frac{\pi_e [e \in \mathrm{top}_k]}{\sum_{f \in \mathrm{top}_k}
        \pi_f}, \qquad \pi = \mathrm{softmax}(r), \quad \beta = \mathrm{softmax}(b)

    They are counted so that equal scores and k = all give one everywhere: then it is multi-head
    attention as it was. Without shared heads, or with k = 0, nothing is there to weigh against: the
    factor 2β is left out, and the gates that are on keep the mean one.

    Parameters
    ----------
    shared : Tensor
        u (..., token, shared head), scores of the heads that are always on.
    routed : Tensor
        r (..., token, routed head), scores of those that are chosen among.
    sides : Tensor
        b (..., token, 2), shared against routed; not read where one of the two is empty.
    n_active : int
        k, how many of the routed heads a token listens to; at most all.

    Returns
    -------
    Tensor (..., token, head)
        Shared heads first; exactly zero for a head that is not chosen.

    Raises
    ------
    TypeError
        For scores that are not floating point or of several dtypes.
    ValueError
        For NaN or infinities, sizes that do not fit, or more active heads than there are.

    References
    ----------
    Jin, Zhu, Yuan and Yan 2024, "MoH: multi-head attention as mixture-of-head attention",
    arXiv:2410.11842; the factors are those of the authors' code for images.
    """
    n_shared, n_routed = shared.shape[-1], routed.shape[-1]
    if n_active > n_routed:
        raise ValueError(f"n_active must be at most {n_routed} routed heads, got {n_active}")
    dtype = torch.promote_types(shared.dtype, torch.float32)
    side = 2 * sides.to(dtype).softmax(-1)
    if n_shared == 0 or n_active == 0:
        side = torch.ones_like(side)
    always = n_shared * shared.to(dtype).softmax(-1)
    logits, best = routed.to(dtype).topk(n_active, -1)
    # Softmax of the chosen alone: that of all over their sum, without its underflow.
    chosen = torch.zeros_like(routed, dtype=dtype).scatter(-1, best, n_active * logits.softmax(-1))
    return torch.cat([side[..., :1] * always, side[..., 1:] * chosen], -1).to(shared.dtype)


@checked
@outside_autocast
def balance_loss(
    routed: Annotated[Float[Tensor, "*batch token n_routed"], Finite()],
    n_active: Annotated[int, Range(0, 2**20)],
) -> Float[Tensor, ""]:
    r"""What is added to the loss so that tokens do not all choose the same heads.

    .. math:: E \sum_e \bar\pi_e \, f_e, \qquad \pi = \mathrm{softmax}(r)

    with the mean chance of a head and the share of tokens that choose it. Where chances or shares
    are even it is k, whatever the other is; it is at most E, where all want the same head.

    Parameters
    ----------
    routed : Tensor
        r (..., token, routed head).
    n_active : int
        k, how many of them a token listens to.

    Returns
    -------
    Tensor
        One number; zero without tokens. The shares have no gradient.

    Raises
    ------
    TypeError
        For scores that are not floating point.
    ValueError
        For NaN or infinities, or more active heads than there are.

    References
    ----------
    Jin et al. 2024, arXiv:2410.11842, after Fedus, Zoph and Shazeer 2022; there it is weighed by
    0.01.
    """
    n_routed = routed.shape[-1]
    if n_active > n_routed:
        raise ValueError(f"n_active must be at most {n_routed} routed heads, got {n_active}")
    rows = routed.to(torch.promote_types(routed.dtype, torch.float32)).flatten(0, -2)
    if rows.numel() == 0:
        return rows.sum().to(routed.dtype)
    chances = rows.softmax(-1)
    best = rows.topk(n_active, -1).indices
    shares = torch.zeros_like(rows).scatter(-1, best, 1.0).mean(0)
    return (n_routed * (chances.mean(0) * shares).sum()).to(routed.dtype)
