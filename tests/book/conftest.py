"""A site of a few pages, built in a moment."""

import io
import textwrap

import pytest
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

CONF = """
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon",
              "attnkit.book.sphinx_extension"]
myst_enable_extensions = ["dollarmath", "amsmath"]
html_theme = "basic"
default_role = "py:obj"
"""


class SmallSite:
    """Pages to write, and a build with warnings as errors that returns each page's HTML."""

    def __init__(self, folder):
        self.source, self.out, self.conf = folder / "source", folder / "html", CONF

    def write(self, name, text):
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"))

    def build(self):
        self.write("conf.py", self.conf)
        places = self.source, self.source, self.out, self.out.parent / "trees"
        with patch_docutils(self.source), docutils_namespace():
            app = Sphinx(*places, "html", status=io.StringIO(), warning=None, warningiserror=True)
            app.build()
        assert app.statuscode == 0
        pages = self.out.glob("**/*.html")
        return {path.relative_to(self.out).as_posix(): path.read_text() for path in pages}


@pytest.fixture
def small_site(tmp_path, monkeypatch):
    for variable in ("IPYTHONDIR", "ATTNKIT_PAGE"):  # which a build sets for its kernels
        monkeypatch.setenv(variable, str(tmp_path))
    return SmallSite(tmp_path)


@pytest.fixture(scope="session")
def small_book(tmp_path_factory):
    """A built book of a few pages; read only."""
    from tests.book.small_book import build_small_book

    with pytest.MonkeyPatch.context() as patched:
        folder = tmp_path_factory.mktemp("small_book")
        for variable in ("IPYTHONDIR", "ATTNKIT_PAGE"):
            patched.setenv(variable, str(folder))
        return build_small_book(folder)
