"""Where marks are drawn: a panel, and its two axes."""

from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field

from attnkit.arguments import checked
from attnkit.explore.listed import Number, settle
from attnkit.explore.marks import Mark

__all__ = ["Axis", "Panel"]

End = str | Number


@checked
@dataclass(frozen=True)
class Axis:
    """An axis of a panel.

    Parameters
    ----------
    label : str
        Plain text; Greek letters are welcome.
    ends : tuple or None
        (low, high) in data units, or None to follow the data. Fixed ends make motion legible;
        (high, low) turns the axis round, as matrices want. An end may be the name of a number that
        `compute` returns.
    log : bool
        Logarithmic (the ends stay in data units).
    ticks : mapping or str
        {position: label} where numbers would mislead; or the name of words that `compute` returns
        (`attnkit.explore.lettered`), which stand at 1, 2, …

    Raises
    ------
    ValueError
        If the ends are the same, or not positive on a logarithmic axis.
    """

    label: str = ""
    ends: tuple[End, End] | None = None
    _: KW_ONLY
    log: bool = False
    ticks: Mapping[float, str] | str = field(default_factory=dict)

    def __post_init__(self):
        known = [end for end in self.ends or () if not isinstance(end, str)]
        if len({*known}) < len(known) or (self.log and min(known, default=1) <= 0):
            wanted = "two positive numbers" if self.log else "two numbers"
            raise ValueError(f"ends must hold {wanted} that differ, got {self.ends}")


@checked
@dataclass(frozen=True, init=False)
class Panel:
    """A pair of axes and the marks on them.

    Parameters
    ----------
    *marks : Mark
        Drawn in order, the last on top.
    x, y : Axis
        Where they stand.
    title : str
        Plain text; Greek letters are welcome.
    square : bool
        Same unit on both axes.
    main : bool
        On a phone this panel stands before the controls, the others after them; without one it is
        the first.
    """

    marks: tuple[Mark, ...]
    x: Axis
    y: Axis
    title: str
    square: bool
    main: bool

    def __init__(
        self,
        *marks: Mark,
        x: Axis = Axis(),
        y: Axis = Axis(),
        title: str = "",
        square: bool = False,
        main: bool = False,
    ):
        settle(self, marks=marks, x=x, y=y, title=title, square=square, main=main)
