"""How fast each head of each layer forgets: a fan of rates that nobody learns."""

from typing import Annotated

import torch
from jaxtyping import Float
from torch import Tensor

from attnkit.arguments import Range, checked

__all__ = ["lightning_log_decay"]


@checked
def lightning_log_decay(
    n_heads: Annotated[int, Range(1, 65536)],
    layer: Annotated[int, Range(0, 65535)],
    n_layers: Annotated[int, Range(1, 65536)],
) -> Float[Tensor, "head"]:
    r"""Return the logarithm of what each head of a layer keeps of its past at every token.

    .. math:: \ell_h = -\frac{8 h}{H} \left(1 - \frac{l}{L}\right), \qquad h = 0, \dots, H - 1

    The first head of every layer forgets nothing, and the last layer forgets least.

    Parameters
    ----------
    n_heads : int
        H, up to 65,536.
    layer : int
        l, from 0 to `n_layers` − 1.
    n_layers : int
        L, up to 65,536.

    Returns
    -------
    Tensor
        (head,), in double precision.

    Raises
    ------
    ValueError, TypeError
        A layer that the model does not have; a count that is none.

    References
    ----------
    Qin et al. 2024 (Lightning Attention-2), as public implementations have it; the authors' own
    training code was not seen.
    """
    if layer >= n_layers:
        raise ValueError(f"layer must be below n_layers = {n_layers}, got {layer}")
    heads = torch.arange(n_heads, dtype=torch.float64)
    return -8 * heads / n_heads * (1 - layer / n_layers)
