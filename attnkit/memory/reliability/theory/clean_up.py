"""What cleaning up between layers buys: the item whose code fits best goes on."""

import math
from typing import Annotated

import numpy as np
from scipy.special import ndtr

from attnkit.arguments import Range, checked
from attnkit.memory.shared.quantities import MOST, Depth

__all__ = [
    "cleaned_accuracy",
]


@checked
def cleaned_accuracy(
    n_pairs: Annotated[int, Range(1, MOST)],
    d_key: Annotated[int, Range(2, MOST)],
    *,
    depth: Depth = 1,
) -> float:
    r"""Return the chance that the item is still right after L layers with a clean-up after each.

    The clean-up keeps the item whose code fits best. Given the cross-talk :math:`z \sigma` of the
    other items on the right code, :math:`\sigma^2 = (n-2)/d^2`, a rival whose key overlaps by c and
    whose code by g wins with probability
    :math:`\Phi(-\sqrt{(1-g)/(1+g)}\,(1 - c + z\sigma)/\sigma)`. Rivals are then taken as
    independent; the means over c, g and the normal z are by quadrature. One for fewer than three
    pairs. Derived here.

    Parameters
    ----------
    n_pairs : int
        Stored pairs n.
    d_key : int
        Key width d, at least two.
    depth : float
        Layers L.

    Raises
    ------
    ValueError, TypeError
        As `chain_noise`.
    """
    if n_pairs < 3:
        return 1.0
    overlap, weight = _overlaps(d_key)
    nodes, masses = np.polynomial.hermite_e.hermegauss(21)
    spread = np.sqrt(n_pairs - 2) / d_key
    resistance = np.sqrt((1 - overlap) / (1 + overlap))
    lead = (1 - overlap[:, None]) / spread + nodes
    loses = ndtr(-lead[..., None] * resistance)
    error = np.einsum("c,cng,g->n", weight, loses, weight)
    return float(masses @ (1 - error) ** (n_pairs - 1) / masses.sum()) ** depth


def _overlaps(d_key: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights for the overlap of two unit keys, closer together where keys are wide."""
    overlap = np.linspace(-1, 1, 103)[1:-1] * min(1.0, 10 / math.sqrt(d_key))
    logarithm = (d_key - 3) / 2 * np.log1p(-(overlap**2))
    weight = np.exp(logarithm - logarithm.max())
    return overlap, weight / weight.sum()
