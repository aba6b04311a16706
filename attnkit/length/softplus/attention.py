"""LSSA and LSSAR: values read under the softplus of scaled cosines, and that sharpened."""

from functools import partial
from typing import Annotated

from jaxtyping import Float
from torch import Tensor, nn

from attnkit.arguments import Like, checked
from attnkit.length.softplus.cosines import read_cosines
from attnkit.length.softplus.reweighting import Offset, Power, reweighted_softplus_weights
from attnkit.length.softplus.softplus import softplus_weights
from attnkit.masks import Mask

__all__ = ["LSSAR", "lssa", "lssar"]

Queries = Float[Tensor, "*batch query feature"]
Keys = Annotated[Float[Tensor, "*batch key feature"], Like("queries")]
Values = Annotated[Float[Tensor, "*batch key channel"], Like("queries")]
Contexts = Float[Tensor, "*batch query channel"]


@checked
def lssa(queries: Queries, keys: Keys, values: Values, *, mask: Mask | None = None) -> Contexts:
    r"""Length scaled softplus attention: values under `softplus_weights` of `cosine_scores`.

    .. math:: c_q = \sum_k a_{qk} v_k, \qquad
              a_{qk} \propto \log\left(1 + e^{\log d \, \log n_q \cos(Q_q, K_k)}\right)

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, feature), (..., key, feature) and (..., key, channel), with the same leading
        dimensions and dtype.
    mask : Tensor or None
        Boolean, broadcasts to (..., query, key); a query that may attend nothing gets zeros.

    Returns
    -------
    Tensor (..., query, channel) of the queries' dtype.

    Raises
    ------
    TypeError, ValueError
        For dtypes that differ, NaN or an infinity where something is attended, and sizes that do
        not fit together.

    Notes
    -----
    Gao et al. 2025, arXiv:2501.13428, first stage (abstract read).
    """
    return read_cosines(queries, keys, values, softplus_weights, mask)


@checked
def lssar(
    queries: Queries,
    keys: Keys,
    values: Values,
    *,
    power: Power = 15.0,
    offset: Offset | None = None,
    mask: Mask | None = None,
) -> Contexts:
    r"""Length scaled softplus attention with re-weighting: `lssa`, its weights sharpened.

    .. math:: c_q = \sum_k w_{qk} v_k, \qquad w_{qk} \propto \left[n_q a_{qk} - o\right]_+^{\,p}

    Parameters
    ----------
    queries, keys, values, mask : Tensor
        (..., query, feature), (..., key, feature), (..., key, channel), as in `lssa`.
    power, offset : float
        As in `reweight`: from 1 to 64, and from 0 to 64.

    Returns
    -------
    Tensor (..., query, channel) of the queries' dtype; zeros for a query to which all keys are
    equally near.

    Raises
    ------
    TypeError, ValueError
        For dtypes that differ, NaN or an infinity where something is attended, a power or an offset
        out of range, and sizes that do not fit together.

    Notes
    -----
    Gao et al. 2025, arXiv:2501.13428, both stages (abstract read).
    """
    sharpened = partial(reweighted_softplus_weights, power=power, offset=offset)
    return read_cosines(queries, keys, values, sharpened, mask)


class LSSAR(nn.Module):
    """`lssar` as a layer without parameters, where scaled dot-product attention stood.

    Parameters
    ----------
    power, offset : float
        As in `reweight`.

    Raises
    ------
    ValueError
        For a power outside 1 to 64, or an offset outside 0 to 64.

    Notes
    -----
    Gao et al. 2025, arXiv:2501.13428.
    """

    @checked
    def __init__(self, power: Power = 15.0, offset: Offset | None = None):
        super().__init__()
        self.power, self.offset = power, offset

    @checked
    def forward(
        self, queries: Queries, keys: Keys, values: Values, mask: Mask | None = None
    ) -> Contexts:
        """Values (..., key, channel) as each query (..., query, feature) reads them, as `lssar`."""
        return lssar(queries, keys, values, power=self.power, offset=self.offset, mask=mask)

    def extra_repr(self) -> str:
        """What it is made with."""
        return f"power={self.power}, offset={self.offset}"
