"""What a reader can choose from a list: steps, options and (in Jupyter) free text."""

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import Annotated

from attnkit.arguments import Range, checked

__all__ = ["Choice", "Number", "Steps", "Text", "Value", "settle"]

Value = float | str
Number = Annotated[float, Range()]


@dataclass(frozen=True)
class _Listed:
    """A control whose every value is stored; it starts at the first unless told otherwise."""

    name: str
    label: str
    values: Sequence[Value]
    default: Value | None = None
    meaning: str = ""

    def __post_init__(self):
        if self.default is None and self.stored:
            settle(self, default=self.stored[0])
        if self.default not in self.stored:
            raise ValueError(
                f"the default of control {self.name!r} must be one of {self.stored}, "
                f"got {self.default!r}"
            )

    @property
    def stored(self) -> tuple[Value, ...]:
        """Every value, in order."""
        return tuple(self.values)

    def accept(self, value: object) -> Value:
        """The listed value that equals this one, or ValueError."""
        if isinstance(value, (Real, str)) and not isinstance(value, bool) and value in self.stored:
            return self.stored[self.stored.index(value)]
        raise ValueError(f"{self.name} must be one of {self.stored}, got {value!r}")


@checked
@dataclass(frozen=True)
class Steps(_Listed):
    """A number that takes only the listed `values`, such as a count."""

    values: Sequence[Number]
    default: Number | None = None
    kind = "steps"


@checked
@dataclass(frozen=True)
class Choice(_Listed):
    """One of a few named `values`, passed to `compute` as its name."""

    values: Sequence[str]
    default: str | None = None
    kind = "choice"


@checked
@dataclass(frozen=True)
class Text(_Listed):
    """Free text in Jupyter; on the static page one of the `values`.

    `compute` must raise ValueError for a text it can't use; the message is shown to the reader.
    """

    values: Sequence[str]
    default: str | None = None
    kind = "text"

    def accept(self, value: object) -> str:
        """Any text: whether it can be used is for `compute` to say. TypeError for anything else."""
        if not isinstance(value, str):
            raise TypeError(f"{self.name} must be a str, got {value!r}")
        return value


def settle(declared: object, **fields: object) -> None:
    """Write what a frozen declaration makes of its own arguments."""
    for name, value in fields.items():
        object.__setattr__(declared, name, value)
