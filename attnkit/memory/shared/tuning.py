"""A rate tried over a grid: the best one counts only where worse ones lie on both sides."""

from collections.abc import Mapping

__all__ = ["best_inside"]


def best_inside(errors: Mapping[float, float]) -> float:
    """The rate of the least error; refused at an end, beyond which a better one may lie.

    Parameters
    ----------
    errors : mapping
        The error of each rate, infinite where it diverged.

    Raises
    ------
    ValueError
        For a best rate that is the lowest or the highest of those tried.
    """
    best = min(errors, key=errors.__getitem__)
    if best in (min(errors), max(errors)):
        raise ValueError(
            f"the best rate must lie inside the grid {min(errors):g} to {max(errors):g}, "
            f"got its end {best:g}: widen the grid"
        )
    return best
