"""What a key of fixed score keeps among rivals that become more."""

import math
from typing import Annotated

from attnkit.arguments import Range, checked

__all__ = ["lone_share"]


@checked
def lone_share(
    lead: Annotated[float, Range(-700.0, 700.0)],
    n_rivals: Annotated[int, Range(1, 2**40)],
    spread: Annotated[float, Range(0.0, 30.0)] = 0.0,
) -> float:
    r"""Softmax's weight on one key that leads rivals whose scores are normal around zero.

    .. math:: \log\frac{a}{1 - a} = D - \log n - \tfrac12 s^2

    Exact for rivals that are equal. For others the sum of :math:`e^{z}` is replaced by its mean,
    which holds while :math:`s` is well below :math:`\sqrt{2 \log n}`.

    Parameters
    ----------
    lead : float
        Score of the key, the rivals' mean score being zero.
    n_rivals : int
        How many other keys there are.
    spread : float
        Standard deviation of their scores.

    Returns
    -------
    float
        The key's weight. With `lead` zero and no spread it is what softmax plus one leaves unread.

    Raises
    ------
    TypeError, ValueError
        For arguments that are no numbers, or outside their range.

    Notes
    -----
    Derived here; the mean of the exponential of a normal score is textbook.
    """
    odds = lead - math.log(n_rivals) - spread**2 / 2
    return 1 / (1 + math.exp(-odds)) if odds > 0 else math.exp(odds) / (1 + math.exp(odds))
