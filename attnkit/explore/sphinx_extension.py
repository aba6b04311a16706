"""Moving figures in a Sphinx or Jupyter Book site, and MathJax from a package instead of a CDN.

In a chapter::

    ```{explorable} finite-entmax
    ```
    Now {set}`make it sparse <finite-entmax alpha=2 gap=1>`.

A notebook that ends a cell with an Explorable leaves the same mark, since the build tells it so.
"""

import html
import importlib.resources
import json
import os
import re
import shlex
from pathlib import Path
from shutil import copyfile
from urllib.parse import urlencode

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

import attnkit
from attnkit.explore.assets import page_script, stylesheet
from attnkit.explore.gallery import gallery
from attnkit.explore.links import MARK, point_to_figures
from attnkit.explore.page import OverBudgetError, page_html, placeholder
from attnkit.explore.rebuilding import changed_pages, forget_runs, page_fingerprints
from attnkit.explore.sampling import Samples, one_thread_each

logger = logging.getLogger(__name__)

FOLDER = "attnkit"
PAGE_BUDGET = 2_000_000
PAGES = "pages.json"


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


def _figure_html(app: Sphinx, name: str, to_root: str) -> str:
    if name not in gallery():
        raise ExtensionError(f"a page shows {name!r}, which no room declares")
    target = Path(app.outdir) / "_static" / FOLDER / f"{name}.svg"
    target.parent.mkdir(parents=True, exist_ok=True)
    if name not in app.attnkit_sizes:
        target.write_bytes(app.attnkit_samples.still(name))
    still = f"{to_root}_static/{FOLDER}/{name}.svg"
    try:
        arrays, page = app.attnkit_samples.arrays(name), app.config.explore_install
        get_it = f"{to_root}{page}.html" if page else ""
        block, size = page_html(gallery()[name], arrays, still, get_it=get_it)
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
    one_thread_each()
    app.attnkit_sizes = {}
    app.attnkit_samples = Samples(_kept(app), gallery(), logger.info)
    target = Path(app.outdir) / "_static" / FOLDER
    target.mkdir(parents=True, exist_ok=True)
    mathjax = importlib.resources.files("mathjax") / "static/mathjax/es5/tex-svg.js"
    copyfile(mathjax, target / "tex-svg.js")
    (target / "explorable.js").write_text(page_script())
    (target / "explorable.css").write_text(stylesheet())


def keep_runs(app: Sphinx, config) -> None:
    """Keep what notebooks printed beside the site."""
    config.nb_execution_cache_path = str(Path(app.outdir).parent / ".jupyter_cache")


def outdated(app: Sphinx, env, added: set, changed: set, removed: set) -> list[str]:
    """Read again the pages whose numbers may have changed since the last finished build."""
    sources = {page: Path(env.doc2path(page)) for page in env.found_docs}
    app.attnkit_shown = page_fingerprints(sources.items())
    pages = changed_pages(_kept(app) / PAGES, app.attnkit_shown)
    notebooks = [sources[page] for page in pages if sources[page].suffix == ".ipynb"]
    forget_runs(Path(app.config.nb_execution_cache_path), notebooks)
    stale = {*pages, *added, *changed}
    text = "\n".join(sources[page].read_text(encoding="utf-8") for page in sorted(stale))
    app.attnkit_samples.start(name for name in gallery() if name in text)
    return pages


def report(app: Sphinx, exception: Exception | None) -> None:
    """Say what the figures weigh, and remember what a finished build showed."""
    app.attnkit_samples.close()
    if exception is None:
        (Path(app.outdir) / ".nojekyll").touch()
        # A build with warnings failed: the next one must read the same pages and say the same.
        shown = {} if app._warncount else app.attnkit_shown
        (_kept(app) / PAGES).write_text(json.dumps(shown, indent=1), encoding="utf-8")
        for name, size in sorted(app.attnkit_sizes.items()):
            logger.info("explorable %s: %.0f kB", name, size / 1000)


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_config_value("explore_install", "", "html")
    app.add_directive("explorable", ExplorableDirective)
    app.add_role("set", SetRole())
    app.connect("config-inited", keep_runs)
    app.connect("builder-inited", prepare)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", put_figures, priority=900)
    app.connect("build-finished", report)
    return {"version": attnkit.__version__, "parallel_read_safe": True}
