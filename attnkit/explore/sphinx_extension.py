"""Moving figures in a Sphinx or Jupyter Book site, and MathJax from a package instead of a CDN.

In a chapter::

    ```{explorable} finite-entmax
    ```
    Now {set}`make it sparse <finite-entmax alpha=2 gap=1>`.

A notebook that ends a cell with an Explorable leaves the same mark, since the build tells it so.
"""

import html
import importlib.resources
import os
import pickle
import re
import shlex
from pathlib import Path
from shutil import copyfile, rmtree
from urllib.parse import urlencode

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

import attnkit
from attnkit.explore.assets import page_script, stylesheet
from attnkit.explore.gallery import gallery
from attnkit.explore.grid import Stored, sample
from attnkit.explore.links import MARK, point_to_figures
from attnkit.explore.page import OverBudgetError, page_html, placeholder
from attnkit.explore.still import still_svg
from attnkit.fingerprint import library_fingerprint

logger = logging.getLogger(__name__)

FOLDER = "attnkit"
PAGE_BUDGET = 2_000_000


class ExplorableDirective(SphinxDirective):
    """Put a moving figure here."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave the mark that the page writer replaces."""
        name = self.arguments[0]
        if name not in gallery():
            raise self.error(f"no explorable is called {name!r}; there are {sorted(gallery())}")
        return [nodes.raw("", placeholder(name), format="html")]


class SetRole(SphinxRole):
    """A link that sets sliders: text <name slider=value choice="two words">."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Write the link, or report a name that doesn't exist."""
        try:
            text, name, settings = self._parts()
        except ValueError as error:
            return [], [self.inliner.reporter.error(str(error), line=self.lineno)]
        query = urlencode(settings)
        link = f'<a class="attnkit-set" href="#{name}?{query}">{html.escape(text)}</a>'
        return [nodes.raw("", link, format="html")], []

    def _parts(self) -> tuple[str, str, dict[str, str]]:
        match = re.fullmatch(r"(.*?)\s*<([\w-]+)\s+(.+)>", self.text, re.DOTALL)
        pairs = [pair.partition("=") for pair in shlex.split(match[3])] if match else []
        if not match or not all(equals for _, equals, _ in pairs):
            raise ValueError(f"expected {{set}}`text <figure slider=value>`, got {self.text!r}")
        name, settings = match[2], {slider: value for slider, _, value in pairs}
        if name not in gallery():
            raise ValueError(f"no explorable is called {name!r}; there are {sorted(gallery())}")
        for slider, value in settings.items():
            _require_setting(name, slider, value)
        return match[1], name, settings


def _require_setting(name: str, slider: str, value: str) -> None:
    """Refuse a link to a slider, or to an option, that the figure does not have."""
    controls = gallery()[name].sliders
    if slider not in controls:
        raise ValueError(f"{name} has no slider called {slider!r}; it has {sorted(controls)}")
    stored = controls[slider].stored
    if isinstance(stored[0], str) and value not in stored:
        raise ValueError(f"{name}: {slider} must be one of {stored}, got {value!r}")


def _kept(app: Sphinx) -> Path:
    """Where the build keeps what it computed, beside the site."""
    folder = Path(app.outdir).parent / ".attnkit"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sampled(app: Sphinx, name: str) -> dict[str, Stored]:
    """The arrays of a figure, kept from build to build."""
    folder = _kept(app)
    kept = folder / f"{name}-{library_fingerprint()}.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())
    logger.info("sampling %s on its slider grid", name)
    stored = sample(gallery()[name])
    for old in folder.glob(f"{name}-*.pickle"):
        old.unlink()
    unfinished = kept.with_suffix(".part")
    unfinished.write_bytes(pickle.dumps(stored))
    unfinished.replace(kept)
    return stored


def _figure_html(app: Sphinx, name: str, to_root: str) -> str:
    if name not in gallery():
        raise ExtensionError(f"a page shows {name!r}, which no room declares")
    target = Path(app.outdir) / "_static" / FOLDER / f"{name}.svg"
    target.parent.mkdir(parents=True, exist_ok=True)
    if name not in app.attnkit_sizes:
        target.write_bytes(still_svg(gallery()[name]))
    still = f"{to_root}_static/{FOLDER}/{name}.svg"
    try:
        block, size = page_html(gallery()[name], _sampled(app, name), still)
    except OverBudgetError as error:
        raise ExtensionError(str(error)) from error
    app.attnkit_sizes[name] = size
    return block


def put_figures(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Replace the marks of a page by figures, and give that page the scripts they need."""
    # Jupyter Book and its theme both add Thebe: one constant declared twice, and a CDN's address.
    scripts = context["script_files"]
    scripts[:] = [script for script in scripts if "thebe" not in f"{script}{vars(script)}".lower()]
    if not context.get("body"):
        return
    body = context["body"] = point_to_figures(app, pagename, context["body"])
    if not MARK.search(body):
        return
    to_root = "../" * pagename.count("/")
    context["body"] = MARK.sub(lambda mark: _figure_html(app, mark[1], to_root), body)
    weight = sum(app.attnkit_sizes[name] for name in MARK.findall(body))
    if weight > PAGE_BUDGET:
        raise ExtensionError(f"{pagename}: its figures weigh {weight / 1e6:.1f} MB, budget 2 MB")
    app.add_js_file(f"{FOLDER}/explorable.js", loading_method="defer")
    app.add_css_file(f"{FOLDER}/explorable.css")


def prepare(app: Sphinx) -> None:
    """Tell notebooks that they run for a page, and lay out the shared scripts."""
    os.environ["ATTNKIT_PAGE"] = "1"
    app.attnkit_sizes = {}
    target = Path(app.outdir) / "_static" / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    mathjax = importlib.resources.files("mathjax") / "static/mathjax/es5/tex-svg.js"
    copyfile(mathjax, target / "tex-svg.js")
    (target / "explorable.js").write_text(page_script())
    (target / "explorable.css").write_text(stylesheet())


def follow_library(app: Sphinx, config) -> None:
    """Run the notebooks again when the library has changed, not only when they have."""
    caches = Path(app.outdir).parent / ".jupyter_cache"
    current = caches / library_fingerprint()
    for old in set(caches.glob("*")) - {current}:
        rmtree(old, ignore_errors=True)
    config.nb_execution_cache_path = str(current)


def outdated(app: Sphinx, env, added: set, changed: set, removed: set) -> list[str]:
    """Write every page again when the last finished build used another library."""
    note = _kept(app) / "built-with"
    same = note.exists() and note.read_text() == library_fingerprint()
    return [] if same else sorted(env.found_docs)


def report(app: Sphinx, exception: Exception | None) -> None:
    """Say what the figures weigh, and remember which library a finished build used."""
    if exception is None:
        (Path(app.outdir) / ".nojekyll").touch()
        # A build with warnings failed: the next one must read the same pages and say the same.
        (_kept(app) / "built-with").write_text("" if app._warncount else library_fingerprint())
        for name, size in sorted(app.attnkit_sizes.items()):
            logger.info("explorable %s: %.0f kB", name, size / 1000)


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_directive("explorable", ExplorableDirective)
    app.add_role("set", SetRole())
    app.connect("config-inited", follow_library)
    app.connect("builder-inited", prepare)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", put_figures, priority=900)
    app.connect("build-finished", report)
    return {"version": attnkit.__version__, "parallel_read_safe": True}
