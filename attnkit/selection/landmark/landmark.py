"""Landmark attention: a block of keys is entered through one score, and shared out inside."""

from typing import Annotated

from jaxtyping import Bool, Float
from torch import Tensor

from attnkit.arguments import Finite, Range, checked
from attnkit.densities import softmax
from attnkit.masks import Mask
from attnkit.selection.landmark.sections import entered, sections_of
from attnkit.selection.shared.blocks import Size

__all__ = ["Count", "Landmarks", "landmark_keys", "landmark_weights"]

Count = Annotated[int, Range(0, 2**30)]
Landmarks = Annotated[Float[Tensor, "..."], Finite()]


@checked
def landmark_weights(
    scores: Float[Tensor, "*batch key"],
    *,
    size: Size,
    n_kept: Count | None = None,
    landmarks: Landmarks | None = None,
    recent: Mask | None = None,
    mask: Mask | None = None,
) -> Float[Tensor, "*batch key"]:
    r"""Return the grouped softmax: recent keys and landmarks share one, each block has its own.

    .. math::
        \begin{aligned}
        p_j &= e^{z_j} / Z \quad (j \text{ recent}), \qquad
        p_j = \frac{e^{\ell_b}}{Z} \frac{e^{z_j}}{\sum_{i \in b} e^{z_i}} \quad (j \in b), \\
        Z &= \sum_{j \text{ recent}} e^{z_j} + \sum_{b \text{ kept}} e^{\ell_b}
        \end{aligned}

    It is a softmax of :math:`z_j + \ell_b - \log \sum_{i \in b} e^{z_i}`, and softmax itself where
    each landmark is its block's log-sum-exp.

    Parameters
    ----------
    scores : Tensor
        z, (..., key). A score of -inf gets weight zero.
    size : int
        Keys in a block; the last may be shorter. Recent keys belong to no block.
    n_kept : int or None
        Blocks that are entered, those of the highest landmarks; all by default.
    landmarks : Tensor or None
        :math:`\ell`, (..., block), or what broadcasts to it: a score of each block. By default the
        log-sum-exp of its scores.
    recent : Tensor or None
        Boolean, broadcasts to `scores`: keys beside the landmarks; none by default.
    mask : Tensor or None
        Boolean, broadcasts to `scores`; true where a key may be attended. A row with no such key
        gets zeros.

    Returns
    -------
    Tensor
        (..., key) of the scores' dtype; a landmark has no weight of its own.

    Raises
    ------
    ValueError, TypeError
        Landmarks that are not one for each block; NaN or +inf among attended scores.

    References
    ----------
    Mohtashami and Jaggi 2023, "Landmark attention": the grouped softmax, from the authors' code.
    """
    parts = sections_of(scores, size, landmarks, recent, mask)
    weights = softmax(parts.shifted(), mask=entered(parts, n_kept))
    return weights.to(scores.dtype)


@checked
def landmark_keys(
    scores: Float[Tensor, "*batch key"],
    *,
    size: Size,
    n_kept: Count | None = None,
    landmarks: Landmarks | None = None,
    recent: Mask | None = None,
    mask: Mask | None = None,
) -> Bool[Tensor, "*batch key"]:
    r"""Return which keys a query looks at: the recent ones, and all of the blocks it enters.

    .. math:: K = \text{recent} \cup \bigcup \{ b : \ell_b \in \operatorname{top}_k \ell \}

    Parameters
    ----------
    scores, size, n_kept, landmarks, recent, mask
        As in `landmark_weights`, (..., key) and (..., block).

    Returns
    -------
    Tensor
        (..., key), true for the keys that may have a weight.

    Raises
    ------
    ValueError, TypeError
        Landmarks that are not one for each block; NaN or +inf among attended scores.

    References
    ----------
    Mohtashami and Jaggi 2023; the choice of blocks at inference.
    """
    return entered(sections_of(scores, size, landmarks, recent, mask), n_kept)
