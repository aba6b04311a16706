"""How far two orders of the same keys agree: over all pairs, and at the top."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, Range, checked

__all__ = ["kendall_tau", "top_agreement"]


@checked
def kendall_tau(
    first: Annotated[Float[Tensor, "*batch key"], Finite()],
    second: Annotated[Float[Tensor, "*batch key"], Finite(), Like("first")],
) -> Float[Tensor, "*batch"]:
    r"""Return Kendall's tau-b of two rows: pairs in the same order, less those in the other.

    .. math:: \tau = \frac{\sum_{i<j} \operatorname{sgn}(a_i - a_j) \operatorname{sgn}(b_i - b_j)}
              {\sqrt{\#\{i<j : a_i \ne a_j\}\; \#\{i<j : b_i \ne b_j\}}}

    Any increasing function of either row leaves it as it is. All pairs are looked at: a row of n
    keys costs n² numbers.

    Parameters
    ----------
    first, second : Tensor
        (..., key), floating point and of one dtype.

    Returns
    -------
    Tensor
        (...), from -1 to 1, in at least float32. NaN where a row has no two different entries.
        There is no gradient: an order has none.

    Raises
    ------
    TypeError, ValueError
        For rows that are not floating point, not finite, or of two shapes or dtypes.

    References
    ----------
    M. Kendall. The treatment of ties in ranking problems. Biometrika, 1945.
    """
    signs = [_signs(row.detach()) for row in (first, second)]
    agreeing = (signs[0] * signs[1]).sum((-2, -1))
    untied = [each.abs().sum((-2, -1)) for each in signs]
    return agreeing / (untied[0] * untied[1]).sqrt()


def _signs(row: Tensor) -> Tensor:
    """Of the difference of every two entries (..., key, key)."""
    above = row.unsqueeze(-1) > row.unsqueeze(-2)
    precise = torch.promote_types(row.dtype, torch.float32)
    return above.to(precise) - above.mT.to(precise)


@checked
def top_agreement(
    first: Annotated[Float[Tensor, "*batch key"], Finite()],
    second: Annotated[Float[Tensor, "*batch key"], Finite(), Like("first")],
    n_top: Annotated[int, Range(1, 2**30)],
) -> Float[Tensor, "*batch"]:
    r"""Return the share of the highest keys of one row that are among the highest of the other.

    .. math:: \frac{1}{m} \lvert \operatorname{top}_m(a) \cap \operatorname{top}_m(b) \rvert

    Two rows that know nothing of each other share :math:`m/n` in the mean.

    Parameters
    ----------
    first, second : Tensor
        (..., key), floating point and of one dtype. Of equal entries the earlier is taken first.
    n_top : int
        m, no more than there are keys.

    Returns
    -------
    Tensor
        (...), from 0 to 1, in at least float32.

    Raises
    ------
    TypeError, ValueError
        For rows that are not floating point, not finite, or of two shapes or dtypes; for more keys
        than there are.

    Notes
    -----
    Defined here; Jain and Wallace 2019 and Neely et al. 2022 compare the top of two orders too.
    """
    if n_top > first.shape[-1]:
        raise ValueError(f"n_top must be at most the keys {first.shape[-1]}, got {n_top}")
    marks = [_marks(row.detach(), n_top) for row in (first, second)]
    return (marks[0] * marks[1]).sum(-1) / n_top


def _marks(row: Tensor, n_top: int) -> Tensor:
    """One for the highest entries, zero for the others."""
    places = row.sort(dim=-1, descending=True, stable=True).indices[..., :n_top]
    precise = torch.promote_types(row.dtype, torch.float32)
    return torch.zeros_like(row, dtype=precise).scatter(-1, places, 1.0)
