"""A number shown beside a figure."""

from dataclasses import dataclass
from typing import Annotated

from attnkit.arguments import Range, checked

__all__ = ["Readout"]


@checked
@dataclass(frozen=True)
class Readout:
    """A number shown beside the figure.

    Parameters
    ----------
    value : str
        The name of a scalar that `compute` returns.
    label, unit : str
        What it is.
    digits : int
        Digits after the point.
    undefined : str
        What to show where the value is NaN: say why in two or three words.
    log10 : bool
        The value is a logarithm to base ten; shown is the number itself, such as 2.5·10⁻⁷.
    """

    value: str
    label: str
    unit: str = ""
    digits: Annotated[int, Range(0, 15)] = 3
    undefined: str = "undefined"
    log10: bool = False
