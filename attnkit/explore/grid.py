"""What the static page stores: every array on the grid of the controls it depends on."""

import base64
import itertools
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from attnkit.explore.controls import Control, Value

__all__ = ["Stored", "interpolate", "pack", "sample"]


@runtime_checkable
class Computed(Protocol):
    """What there is to sample: a function, its controls, and which array depends on which."""

    name: str
    compute: Callable[..., Mapping]
    controls: Sequence[Control]
    depends: Mapping[str, Sequence[str]]
    compute_many: Callable[[Sequence[Mapping[str, Value]]], Sequence[Mapping]] | None


@dataclass(frozen=True)
class Stored:
    """One array on its sub-grid: `table` has one leading axis for each name in `depends`."""

    depends: tuple[str, ...]
    table: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array itself."""
        return self.table.shape[len(self.depends) :]


def sample(figure: Computed) -> dict[str, Stored]:
    """Evaluate a figure on its static grid, each array on the controls it depends on.

    A setting that several arrays want is computed once.

    Raises
    ------
    ValueError
        If an array changes its shape from setting to setting.
    """
    known = [control.name for control in figure.controls]
    depends: dict[str, tuple[str, ...]] = {}
    for name in figure.compute(**_defaults(figure)):
        wanted = figure.depends.get(name, known)
        depends[name] = tuple(c for c in known if c in wanted)
    points = {controls: _points(figure, controls) for controls in depends.values()}
    wanted_once = dict.fromkeys(itertools.chain.from_iterable(points.values()))
    settings = [dict(zip(known, point, strict=True)) for point in wanted_once]
    rows: dict[str, dict[tuple[Value, ...], np.ndarray]] = {name: {} for name in depends}
    for setting, values in zip(settings, _computed(figure, settings), strict=True):
        point = tuple(setting.values())
        for name, controls in depends.items():
            if point in points[controls]:
                rows[name][point] = np.asarray(values[name], dtype=float)
    return {
        name: _stored(figure, name, controls, {p: rows[name][p] for p in points[controls]})
        for name, controls in depends.items()
    }


def _defaults(figure: Computed) -> dict[str, Value]:
    return {control.name: control.default for control in figure.controls}


def _points(figure: Computed, depends: Sequence[str]) -> dict[tuple[Value, ...], None]:
    """The whole settings, in order, at which only these controls leave their defaults."""
    axes = [
        control.stored if control.name in depends else (control.default,)
        for control in figure.controls
    ]
    return dict.fromkeys(itertools.product(*axes))


def _stored(
    figure: Computed,
    name: str,
    depends: tuple[str, ...],
    rows: Mapping[tuple[Value, ...], np.ndarray],
) -> Stored:
    shape = next(iter(rows.values())).shape
    for point, row in rows.items():
        if row.shape != shape:
            raise ValueError(
                f"{figure.name}: array {name!r} has shape {row.shape} at {point}, elsewhere "
                f"{shape}; pad it with NaN"
            )
    sizes = [len(control.stored) for control in figure.controls if control.name in depends]
    return Stored(depends, np.stack([*rows.values()]).reshape((*sizes, *shape)))


def _computed(figure: Computed, settings: Sequence[Mapping[str, Value]]) -> Iterable[Mapping]:
    if figure.compute_many is not None and len(settings) > 1:
        return figure.compute_many(settings)
    return (figure.compute(**setting) for setting in settings)


def interpolate(
    controls: Mapping[str, Control], stored: Stored, params: Mapping[str, Value]
) -> np.ndarray | float:
    """What the page draws: multilinear between grid points, exact where a control snaps.

    A corner that is NaN takes no part; where NaN holds more than half of the weight, the result
    is NaN.
    """
    total = np.zeros(stored.shape)
    known = np.zeros(stored.shape)
    sides = [_neighbours(controls[name], params[name]) for name in stored.depends]
    for corner in itertools.product(*sides):
        weight = float(np.prod([share for _, share in corner]))
        value = stored.table[tuple(index for index, _ in corner)]
        finite = ~np.isnan(value)
        total = total + weight * np.where(finite, value, 0.0)
        known = known + weight * finite
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(known >= 0.5, total / known, np.nan)


def _neighbours(control: Control, value: Value) -> list[tuple[int, float]]:
    """The stored positions around a value, with their weights."""
    points = control.stored
    if control.kind != "slider":
        return [(points.index(value), 1.0)]
    right = int(np.clip(np.searchsorted(points, value), 1, len(points) - 1))
    share = (float(value) - points[right - 1]) / (points[right] - points[right - 1])
    return [(i, w) for i, w in ((right - 1, 1 - share), (right, share)) if w > 0]


def pack(arrays: Mapping[str, Stored]) -> tuple[list[dict], str, int]:
    """Compress sampled arrays for the page.

    Returns
    -------
    entries, data, size
        What the script needs to read each array, the compressed bytes in base64, and their number
        before base64. Numbers are float16, or float32 where float16 would be off by more than
        1e-3 of the array's range, or at all in a scalar, which the page shows to more digits, and
        in whole numbers, which may be letters; the bytes of one significance stand together,
        which compresses better.
    """
    entries, chunks = [], []
    for name, stored in arrays.items():
        flat = _smallest_float(stored)
        planes = flat.view(np.uint8).reshape(-1, flat.itemsize).T
        chunks.append(np.ascontiguousarray(planes).tobytes())
        entry = {"name": name, "depends": stored.depends, "shape": stored.shape}
        entries.append(entry | {"bytes": flat.itemsize, "count": flat.size})
    squeezed = zlib.compress(b"".join(chunks), level=9)
    return entries, base64.b64encode(squeezed).decode(), len(squeezed)


def _smallest_float(stored: Stored) -> np.ndarray:
    flat = stored.table.ravel()
    with np.errstate(over="ignore"):
        half = flat.astype("<f2")
    finite = flat[np.isfinite(flat)]
    exact = not stored.shape or np.array_equal(finite, finite.round())
    allowed = 1e-3 * float(np.ptp(finite)) if finite.size and not exact else 0.0
    same = np.array_equal(half.astype(float), flat, equal_nan=True)
    with np.errstate(invalid="ignore"):
        off = np.abs(half.astype(float) - flat)[np.isfinite(flat)].max(initial=0.0)
    return half if same or off <= allowed else flat.astype("<f4")
