"""What buttons, exercises and claims say: one table for each language, read by Python and the page.

A translation is a file `<language>.toml` beside `en.toml`, with as many of its entries as are
translated; the others stay English. The language is that of the site (`language` in
`book/_config.yml`), or `ATTNKIT_LANGUAGE` in a notebook.
"""

import os
import tomllib
from functools import cache
from pathlib import Path

__all__ = ["LANGUAGE", "languages", "say", "words"]

LANGUAGE = "ATTNKIT_LANGUAGE"
"""The environment variable that names the language."""

_FOLDER = Path(__file__).parent


def words(section: str, language: str | None = None) -> dict[str, str]:
    """Return the entries of one section, such as "figure", in this language or the current one.

    Raises
    ------
    ValueError
        If the table has no such section.
    """
    english, own = _table("en"), _table(language or os.environ.get(LANGUAGE, "en"))
    if section not in english:
        raise ValueError(f"section must be one of {sorted(english)}, got {section!r}")
    return english[section] | own.get(section, {})


def say(entry: str, /, **fields: object) -> str:
    """Return the entry "section.name" with its fields filled in.

    Raises
    ------
    ValueError
        If the table has no such entry, or the entry names another field.
    """
    section, _, name = entry.partition(".")
    known = words(section)
    if name not in known:
        raise ValueError(f"section {section!r} has {sorted(known)}, not {name!r}")
    try:
        return known[name].format(**fields)
    except KeyError as missing:
        raise ValueError(f"{entry!r} has no field {missing}, but {sorted(fields)}") from None


def languages() -> list[str]:
    """Return the languages there is a table for."""
    return sorted(path.stem for path in _FOLDER.glob("*.toml"))


@cache
def _table(language: str) -> dict[str, dict[str, str]]:
    """The table of a language; that of "de" for "de-AT"; an empty one where there is none."""
    for name in (language, language.replace("_", "-").partition("-")[0]):
        path = _FOLDER / f"{name}.toml"
        if path.exists():
            return tomllib.loads(path.read_text(encoding="utf-8"))
    return {}
