"""A tiny book with one room of its own, to be built well or with a link missing."""

import io
import sys
import textwrap

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

import attnkit
import attnkit.claims.sphinx_extension  # before the path below hides it

FILES = {
    "rooms/tiny_room/__init__.py": "",
    "rooms/tiny_room/maths.py": """
        def doubled(number):
            \"\"\"Twice the number.\"\"\"
            return 2 * number
        """,
    "rooms/tiny_room/claims.py": """
        from attnkit.claims import claim
        from attnkit.tiny_room.maths import doubled

        @claim("first-label", source="Doe 2020, eq. 3", computes=doubled)
        def first():
            \"\"\"The double of a tiny number.\"\"\"
            return {"double": float(doubled(6.172839e-8)), "count": 3}

        @claim("second-label", source="derived here", computes=doubled)
        def second():
            \"\"\"The double of seven.\"\"\"
            return {"double": doubled(7)}
        """,
    "source/tests/room/test_maths.py": """
        import pytest

        class TestDoubled:
            @pytest.mark.claim("first-label")
            def test_small(self): ...

        @pytest.mark.slow
        @pytest.mark.claim("second-label")
        def test_seven(): ...
        """,
    "source/conf.py": """
        extensions = ["myst_parser", "sphinx.ext.autodoc", "attnkit.claims.sphinx_extension"]
        myst_enable_extensions = ["dollarmath"]
        exclude_patterns = ["tests"]
        """,
    "source/index.md": """
        # Book
        ```{toctree}
        zebra
        antelope
        ledger
        ```
        """,
    "source/zebra.md": """
        # Zebra
        ```{claim} second-label
        Doubling seven gives $x = 14$, **always**.
        ```
        See {claim}`first-label`.
        """,
    "source/antelope.md": """
        # Antelope
        ```{claim} first-label
        Tiny numbers stay tiny.
        ```
        """,
    "source/ledger.md": """
        # Ledger
        ```{claims-ledger}
        ```
        """,
}


class Book:
    """Files that can be edited, and a build that returns pages or raises."""

    def __init__(self, folder):
        self.folder = folder
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))

    def replace(self, name, old, new):
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def build(self):
        """Build with warnings as errors, as a fresh process would."""
        self.forget()
        source, out = self.folder / "source", self.folder / "html"
        places = source, source, out, self.folder / "doctrees"
        with patch_docutils(source), docutils_namespace():
            app = Sphinx(*places, "html", status=io.StringIO(), warning=None, warningiserror=True)
            app.build()
        assert app.statuscode == 0
        return {path.stem: path.read_text() for path in out.glob("*.html")}

    @staticmethod
    def forget():
        for name in [name for name in sys.modules if name.startswith("attnkit.tiny_room")]:
            del sys.modules[name]


@pytest.fixture
def book(tmp_path, monkeypatch):
    monkeypatch.setattr(attnkit, "__path__", [str(tmp_path / "rooms")])
    yield Book(tmp_path)
    Book.forget()
    vars(attnkit).pop("tiny_room", None)
