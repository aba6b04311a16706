"""A wheel of the library beside the site, so that pip can install from wherever the site lies.

In a page::

    ```{install} notebooks
    ```

is the command that does so, with the extra `notebooks`. The reader's browser puts the site's own
address into it; from disk, its path.
"""

import html
import importlib.resources
import subprocess
import sys
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import attnkit

__all__ = ["WHEEL", "build_wheel", "connect"]

WHEEL = f"attnkit-{attnkit.__version__}-py3-none-any.whl"
"""The name of the file, at the root of the site."""

_BUILD = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"

logger = logging.getLogger(__name__)


def build_wheel(source: Path, out: Path) -> Path:
    """Build the wheel of a checkout into a folder: offline, in this environment.

    It is built only if a file of the package is newer than the wheel that is there.

    Raises
    ------
    ExtensionError
        If it cannot be built.
    """
    wheel = out / WHEEL
    if wheel.exists() and _newest(source) < wheel.stat().st_mtime:
        return wheel
    for old in out.glob("attnkit-*.whl"):
        old.unlink()
    command = [sys.executable, "-c", _BUILD, str(out)]
    built = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False)
    if not wheel.exists():
        raise ExtensionError(f"no {WHEEL} was built:\n{built.stdout}{built.stderr}")
    return wheel


def _newest(source: Path) -> float:
    packed = [path for path in (source / "attnkit").rglob("*") if "__pycache__" not in path.parts]
    return max(path.stat().st_mtime for path in [source / "pyproject.toml", *packed])


class InstallDirective(SphinxDirective):
    """The command that installs the library from this very site."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write it with a place for the site's address."""
        extra = f"[{self.arguments[0]}]" if self.arguments else ""
        to_root = "../" * self.env.docname.count("/")
        address = f'<span class="attnkit-address" data-extra="{html.escape(extra)}">ADDRESS/</span>'
        command = (
            f'pip install "<span>attnkit{html.escape(extra)} @ </span>{address}'
            f'<a href="{to_root}{WHEEL}">{WHEEL}</a><span></span>"'
        )
        block = (
            '<div class="highlight-sh notranslate attnkit-install"><div class="highlight">'
            f"<pre>{command}\n</pre></div></div>"
        )
        return [nodes.raw("", block, format="html")]


def put_wheel(app: Sphinx, exception: Exception | None) -> None:
    """Build the wheel once the pages are written."""
    if exception is None and app.builder.format == "html" and app.config.attnkit_wheel:
        wheel = build_wheel(Path(app.srcdir), Path(app.outdir))
        logger.info("wheel: %s, %.0f kB", wheel.name, wheel.stat().st_size / 1000)


def put_script(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Give a page with the command the script that fills in the address."""
    if "attnkit-address" in context.get("body", ""):
        asset = importlib.resources.files("attnkit.book") / "assets" / "install.js"
        app.add_js_file(None, body=asset.read_text(encoding="utf-8"))


def connect(app: Sphinx) -> None:
    """Register the directive, and build the wheel at the end."""
    app.add_config_value("attnkit_wheel", False, "html")
    app.add_directive("install", InstallDirective)
    app.connect("html-page-context", put_script)
    app.connect("build-finished", put_wheel)
