"""No public name is lost: what a release wrote down can be imported from where it was.

At a release `python -m attnkit.book.public_names` writes the list anew.
"""

import importlib

from attnkit.book.public_names import BOOK, LIST, own_names, public_modules, public_names


def lost(names):
    """Return the dotted names that cannot be imported."""
    found = []
    for full in names:
        module, _, name = full.rpartition(".")
        try:
            getattr(importlib.import_module(module), name)
        except (ImportError, AttributeError):
            found.append(full)
    return found


def test_no_public_name_is_gone():
    gone = lost(LIST.read_text().split())
    assert not gone, "deprecate for an academic year first: see book/stability.md"


def test_a_name_or_a_module_that_is_gone_is_told():
    names = ["attnkit.entmax", "attnkit.entmaxx", "attnkit.optics.lens"]
    assert lost(names) == ["attnkit.entmaxx", "attnkit.optics.lens"]


def test_the_page_shows_the_list():
    assert "literalinclude} public_names.txt" in (BOOK / "stability.md").read_text()


def test_every_public_name_exists_and_is_explained():
    for full in public_names():
        module, _, name = full.rpartition(".")
        thing = getattr(importlib.import_module(module), name)
        assert getattr(thing, "__doc__", None), full


def test_a_mechanism_exports_beside_its_room_what_the_room_does_not():
    assert own_names("attnkit.normalisation.sigmoid") == []
    assert {"attnkit.normalisation", "attnkit.normalisation.sigmoid"} <= set(public_modules())
