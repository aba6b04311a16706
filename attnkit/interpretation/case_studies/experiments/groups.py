"""What groups of neighbours catch of a map: plain, shifted by half, and with the first token."""

from torch import Tensor

from attnkit.interpretation.case_studies.maps import shifted_groups
from attnkit.selection import window_and_ends
from attnkit.trained import Capture
from attnkit.trained.experiments.common import rounded

__all__ = ["SIZES", "in_groups"]

SIZES = (16, 32)


def patterns(n: int, size: int) -> dict[str, Tensor]:
    """Masks (query, key); the windows keep as many keys as a whole group has."""
    shifted = shifted_groups(n, size, size // 2)
    with_first = shifted.clone()
    with_first[:, 0] = True
    return {
        "plain": shifted_groups(n, size),
        "shifted": shifted,
        "shifted, first key": with_first,
        "window": window_and_ends(n, size, ends=0),
        "window, first key": window_and_ends(n, size, ends=1),
    }


def in_groups(found: Capture) -> dict[str, dict]:
    """Mass by layer, and the share of all pairs that is kept; for each size and pattern."""
    n = found.weights.shape[-1]
    return {
        f"{name}, {size}": _caught(found.weights, mask)
        for size in SIZES
        if n >= 2 * size
        for name, mask in patterns(n, size).items()
    }


def _caught(weights: Tensor, mask: Tensor) -> dict:
    mass = (weights * mask).sum(-1).mean(-1)
    return {"kept": round(mask.float().mean().item(), 4), "mass": rounded(mass.mean(-1), 3)}
