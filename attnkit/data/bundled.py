"""Accelerometer gestures of unequal length, from the copy that aeon carries inside its package."""

import importlib.util
from pathlib import Path

import torch
from jaxtyping import Float64, Int64
from torch import Tensor

__all__ = ["gestures"]

_NAME = "PickupGestureWiimoteZ"
_HINT = 'install it with `pip install "attnkit[data]"` (aeon carries the series inside its package)'


def gestures() -> tuple[list[Float64[Tensor, " time"]], Int64[Tensor, " series"]]:
    """Return a hundred recordings of one gesture, ten subjects picking something up.

    A recording is the acceleration along the z axis of a hand-held controller, one number per
    sample, 29 to 361 samples long. aeon's notes give neither the unit nor the sampling rate;
    most recordings start near 1, as multiples of standard gravity would at rest.

    Returns
    -------
    series : list of Tensor, each of shape (time,), float64
        The archive's fifty training recordings, then its fifty test recordings.
    labels : Tensor, shape (100,), int64
        The subject, 1 to 10.

    Raises
    ------
    ModuleNotFoundError
        If aeon is not installed.
    FileNotFoundError, ValueError
        If aeon's copy is missing or damaged.

    References
    ----------
    J. Guna, I. Humar, M. Pogačnik. Intuitive gesture based user identification system.
    Telecommunications and Signal Processing, 2012. PickupGestureWiimoteZ in the UCR archive.
    """
    # aeon's own loader gives the same numbers after an import that takes seconds.
    folder = _aeon_folder() / "datasets" / "data" / _NAME
    rows = [row for part in ("TRAIN", "TEST") for row in _rows(folder / f"{_NAME}_{part}.ts")]
    series, labels = zip(*rows, strict=True)
    return list(series), torch.tensor(labels)


def _aeon_folder() -> Path:
    spec = importlib.util.find_spec("aeon")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"gestures() reads aeon's bundled data: {_HINT}", name="aeon")
    return Path(spec.origin).parent


def _rows(path: Path) -> list[tuple[Tensor, int]]:
    if not path.exists():
        raise FileNotFoundError(f"the installed aeon lacks {path.name}: {_HINT}")
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    start = next((n for n, line in enumerate(lines, 1) if line.strip().lower() == "@data"), None)
    rows = [line for line in lines[start:] if line.strip()] if start else []
    if not rows:
        raise ValueError(f"{path.name} is damaged: it has no @data; reinstall aeon")
    return [_row(line, path.name) for line in rows]


def _row(line: str, name: str) -> tuple[Tensor, int]:
    try:
        numbers, label = line.rsplit(":", 1)
        series = torch.tensor([float(number) for number in numbers.split(",")], dtype=torch.float64)
        subject = int(label)
    except ValueError as error:
        raise ValueError(f"{name} is damaged ({error}); reinstall aeon") from None
    if not bool(series.isfinite().all()):
        raise ValueError(f"{name} is damaged (a number is missing or infinite); reinstall aeon")
    return series, subject
