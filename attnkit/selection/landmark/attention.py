"""What attention reads through landmarks."""

from functools import partial
from typing import Annotated

from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Like, checked
from attnkit.masks import Mask
from attnkit.precision import outside_autocast
from attnkit.readout import read
from attnkit.selection.landmark.landmark import Count, Landmarks, landmark_weights
from attnkit.selection.shared.blocks import Size

__all__ = ["landmark_attention"]


@checked
@outside_autocast
def landmark_attention(
    queries: Float[Tensor, "*batch query d_key"],
    keys: Annotated[Float[Tensor, "*batch key d_key"], Like("queries")],
    values: Annotated[Float[Tensor, "*batch key d_value"], Like("queries")],
    *,
    size: Size,
    n_kept: Count | None = None,
    landmarks: Landmarks | None = None,
    recent: Mask | None = None,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch query d_value"]:
    r"""Return the values under `landmark_weights` of the scores.

    .. math:: o_i = \sum_j p_{ij} v_j, \qquad z_{ij} = q_i \cdot k_j / \sqrt d

    Parameters
    ----------
    queries, keys, values : Tensor
        (..., query, d_key), (..., key, d_key) and (..., key, d_value), of one dtype.
    size, n_kept, landmarks, recent, mask
        As in `landmark_weights`, for scores (..., query, key) and landmarks (..., query, block).
        A trained landmark token of key g has the score :math:`q_i \cdot g / \sqrt d`.

    Returns
    -------
    Tensor
        (..., query, d_value) of the queries' dtype; a query that may attend nothing reads zeros.

    Raises
    ------
    ValueError, TypeError
        As `landmark_weights`; sizes that do not fit together.

    References
    ----------
    Mohtashami and Jaggi 2023, "Landmark attention".
    """
    weigh = partial(landmark_weights, size=size, n_kept=n_kept, landmarks=landmarks, recent=recent)
    return read(queries, keys, values, weigh, mask)
