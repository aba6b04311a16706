"""Windows and halos as the room's gallery draws them."""

from torch import Tensor

from attnkit.selection.neighbourhood.halo import halo_keys
from attnkit.selection.neighbourhood.windows import neighbourhood_keys
from attnkit.selection.shared.pattern import Choose, Pattern

__all__ = ["HALO", "SHARED_WINDOW"]


def of_windows(*, strides_per_window: int, dilation: int = 1) -> Choose:
    """A choice of windows as long as the budget, with so many strides in each."""

    def choose(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
        n = keys.shape[-2]
        stride = max(n_keys // strides_per_window, 1) if strides_per_window else 1
        kept = neighbourhood_keys((n,), window=n_keys, stride=stride, dilation=dilation)
        return kept.expand(*queries.shape[:-2], n, n)

    return choose


def of_halos(queries: Tensor, keys: Tensor, n_keys: int) -> Tensor:
    """Blocks of half the budget, with half a block on either side."""
    n, halo = keys.shape[-2], n_keys // 4
    kept = halo_keys((n,), block=max(n_keys - 2 * halo, 1), halo=halo)
    return kept.expand(*queries.shape[:-2], n, n)


SHARED_WINDOW = Pattern("stride w/2", of_windows(strides_per_window=2))
HALO = Pattern("halos", of_halos)
