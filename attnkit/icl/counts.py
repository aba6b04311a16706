"""Whole numbers that count something."""

__all__ = ["require_count"]


def require_count(name: str, value: object, *, low: int = 1) -> None:
    """Refuse anything but an integer of at least `low`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an integer, got {type(value).__name__} {value!r}")
    if value < low:
        raise ValueError(f"{name} must be at least {low}, got {value}")
