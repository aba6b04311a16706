"""A figure's settings, computed many at a time."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from attnkit.explore.controls import Value
from attnkit.explore.explorable import Values

__all__ = ["in_batches"]


def in_batches(
    settings: Sequence[Mapping[str, Value]],
    common: Sequence[str],
    values_of: Callable[..., Iterable[Values]],
) -> list[Values]:
    """The values of each setting, where settings that agree in some controls are one batch.

    Parameters
    ----------
    settings : sequence of mappings
        Whole settings, in any order.
    common : sequence of str
        The controls that a batch has in common.
    values_of : callable
        `values_of(*common, batch)` gives the values of each setting of a batch, in order.
    """
    batches: dict[tuple[Value, ...], list[int]] = {}
    for place, setting in enumerate(settings):
        batches.setdefault(tuple(setting[name] for name in common), []).append(place)
    found: dict[int, Values] = {}
    for shared, places in batches.items():
        batch = [settings[place] for place in places]
        found |= zip(places, values_of(*shared, batch), strict=True)
    return [found[place] for place in range(len(settings))]
