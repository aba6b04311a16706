"""A mechanism's card: title, question, source, its place, and the laws it is held to."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Card", "read"]


@dataclass(frozen=True)
class Card:
    """What `card.toml` says of a mechanism.

    Parameters
    ----------
    title : str
        What it is called.
    question : str
        What a reader asks of it, with a question mark.
    source : str
        The paper and where in it, or "derived here".
    order : int
        Its place in its room, from 1.
    references : tuple
        Keys of the bibliography.
    laws : mapping
        For each map of the mechanism, by name, what `attnkit.cards.mechanism` reads of it.
    without_laws : str
        Why it has none, in a sentence, where it is no map from scores or tokens to weights.
    path : Path
        The file.
    """

    title: str
    question: str
    source: str
    order: int
    references: tuple[str, ...] = ()
    laws: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    without_laws: str = ""
    path: Path = Path("card.toml")

    @property
    def room(self) -> str:
        """The folder of the room, such as "normalisation"."""
        return self.path.parts[-3]

    @property
    def name(self) -> str:
        """The folder of the mechanism, such as "sigmoid"."""
        return self.path.parent.name


def read(path: Path | str) -> Card:
    """Read a card.

    Raises
    ------
    ValueError
        If the file is no TOML, or lacks a field, or holds one that is unknown or of another kind,
        or declares neither laws nor why there are none; the message names the file, the field, what
        came and what was wanted.
    """
    path = Path(path)
    where = "/".join(path.parts[-4:])
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"{where} is missing; wanted a card for {path.parent.name!r}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{where} must be TOML: {error}") from None
    for name in written:
        if name not in _KINDS:
            raise ValueError(f"{where}: {name!r} is no field of a card; wanted {[*_KINDS]}")
    optional = ("references", "laws", "without_laws")
    for name, (wanted, fits) in _KINDS.items():
        if name not in written and name not in optional:
            raise ValueError(f"{where}: {name} is missing; wanted {wanted}")
        if name in written and not fits(written[name]):
            raise ValueError(f"{where}: {name} must be {wanted}, got {written[name]!r}")
    if ("laws" in written) == ("without_laws" in written):
        came = "both" if "laws" in written else "neither"
        raise ValueError(f"{where} must declare laws, or say without_laws why not; has {came}")
    return Card(**written | {"references": tuple(written.get("references", ())), "path": path})


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _question(value: object) -> bool:
    return _text(value) and value.rstrip().endswith("?")


def _place(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _keys(value: object) -> bool:
    return isinstance(value, list) and all(map(_text, value))


def _tables(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(table, dict) for table in value.values())


_KINDS: dict[str, tuple[str, Callable[[object], bool]]] = {
    "title": ("a few words", _text),
    "question": ("a sentence with a question mark", _question),
    "source": ("a paper and where in it", _text),
    "order": ("a whole number from 1", _place),
    "references": ("a list of keys of the bibliography", _keys),
    "laws": ("a table for each map, such as [laws.softmax]", _tables),
    "without_laws": ("a sentence that says why", _text),
}
