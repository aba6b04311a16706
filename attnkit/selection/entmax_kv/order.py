"""An order of the keys in which pages hold keys that are alike."""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from attnkit.arguments import checked
from attnkit.precision import outside_autocast
from attnkit.selection.shared.scaled import scaled
from attnkit.validate import require_finite

__all__ = ["similar_order"]


@checked
@torch.no_grad()
@outside_autocast
def similar_order(keys: Float[Tensor, "*batch key d_key"]) -> Int[Tensor, "*batch key"]:
    r"""Return an order in which neighbours are alike: halves along the direction of most spread.

    .. math:: a^\top (k_j - \bar k), \qquad a = \arg\max_{|a| = 1} \sum_j (a^\top (k_j - \bar k))^2

    The keys are sorted by it and cut into halves, each half by its own direction, and so on down to
    two keys. Attention does not see the order of keys, and bounds of pages do: alike keys have
    smaller boxes.

    Parameters
    ----------
    keys : Tensor
        (..., key, d_key).

    Returns
    -------
    Tensor
        (..., key), places of the keys in the new order.

    Raises
    ------
    ValueError, TypeError
        NaN or an infinity among the keys.

    References
    ----------
    Defined here, after the trees of Bentley 1975.
    """
    require_finite("keys", keys)
    dtype = torch.promote_types(keys.dtype, torch.float32)
    return _halved(keys.to(dtype))


def _halved(keys: Tensor) -> Tensor:
    """The order of some keys, by sorting and halving."""
    n_keys = keys.shape[-2]
    if n_keys < 2 or keys.shape[-1] == 0:
        return torch.arange(n_keys, device=keys.device).expand(keys.shape[:-1])
    keys = scaled(keys, (-2, -1))
    centred = keys - keys.mean(-2, keepdim=True)
    most = torch.linalg.eigh(centred.mT @ centred).eigenvectors[..., -1:]
    order = (centred @ most)[..., 0].argsort(dim=-1, stable=True)
    if n_keys == 2:
        return order
    half = n_keys // 2
    parts = []
    for part in (order[..., :half], order[..., half:]):
        some = keys.gather(-2, part[..., None].expand(*part.shape, keys.shape[-1]))
        parts.append(part.gather(-1, _halved(some)))
    return torch.cat(parts, -1)
