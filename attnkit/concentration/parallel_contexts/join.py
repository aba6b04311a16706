"""One row over several pieces, from what each piece knows of itself."""

import math
from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Finite, Like, checked
from attnkit.densities import softmax
from attnkit.validate import require_finite

__all__ = ["joined_entropy", "joined_weights"]

LogMasses = Annotated[Float[Tensor, "*batch piece"], Finite(minus_inf=True)]


@checked
def joined_weights(log_masses: LogMasses) -> Float[Tensor, "*batch piece"]:
    r"""Share of each piece in a softmax over all of them.

    .. math:: p_g = \frac{e^{m_g}}{\sum_h e^{m_h}}, \qquad m_g = \log \sum_{i \in g} e^{z_i}

    What the whole row reads is the sum of what the pieces read, by these shares.

    Parameters
    ----------
    log_masses : Tensor
        (..., piece), the logsumexp of the scores in each piece; -inf where nothing is attended.

    Returns
    -------
    Tensor (..., piece) of its dtype; zeros where no piece has a key.

    Raises
    ------
    TypeError, ValueError
        For log masses that are not floating point, or NaN or +inf.

    Notes
    -----
    Defined here; the way in which caches encoded in parallel are joined.
    """
    return softmax(log_masses)


@checked
def joined_entropy(
    log_masses: LogMasses,
    entropies: Annotated[Float[Tensor, "*batch piece"], Like("log_masses")],
) -> Float[Tensor, "*batch"]:
    r"""Entropy of a row over all pieces: that of the shares, and each piece's own by its share.

    .. math:: H = -\sum_g p_g \log p_g + \sum_g p_g H_g

    P pieces that are copies of one add exactly log P to its entropy, and change no reading.

    Parameters
    ----------
    log_masses : Tensor
        (..., piece), the logsumexp of the scores in each piece; -inf where nothing is attended.
    entropies : Tensor
        (..., piece), in nats, of the softmax in each piece alone; not looked at (it may be NaN)
        where nothing is attended.

    Returns
    -------
    Tensor (...), in at least float32; NaN where no piece has a key.

    Raises
    ------
    TypeError, ValueError
        For tensors that are not floating point or not alike, NaN or +inf among the log masses, an
        entropy that is not finite where something is attended.

    Notes
    -----
    The chain rule of Shannon 1948, section 6.
    """
    dtype = torch.promote_types(log_masses.dtype, torch.float32)
    shares = joined_weights(log_masses.to(dtype))
    attended = log_masses > -math.inf
    known = entropies.to(dtype).where(attended, 0.0)
    require_finite("entropies", known)
    own = known - shares.where(shares > 0, 1.0).log()
    total = (shares * own).sum(-1)
    return total.where(attended.any(-1), math.nan)
