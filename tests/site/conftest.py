"""One built site and one browser for every test of the pages."""

import functools
import http.server
import pickle
import re
import subprocess
import sys
import threading
from functools import cached_property
from pathlib import Path

import pytest
import yaml
from sphinx.config import Config

from attnkit.book.leave_out import LeftOut, left_out
from tests.browser import Watch
from tests.notebooks.guard import guarded
from tests.site.visits import DESK, Visit, visit

ROOT = Path(__file__).parents[2]
READY = "document.documentElement.dataset.attnkit === 'ready'"
BUILD = "build . --config book/_config.yml --toc book/_toc.yml --path-output book -W --keep-going"


class Site:
    """The built pages."""

    def __init__(self, folder: Path):
        self.folder = folder

    @cached_property
    def pages(self) -> list[Path]:
        """Every page of the book, without Sphinx's own index pages."""
        inner = [*self.folder.glob("book/**/*.html"), *self.folder.glob("notebooks/*.html")]
        return sorted(inner)

    def stored(self, name: str) -> dict:
        """The arrays that the build sampled for a figure."""
        (kept,) = (self.folder.parent / ".attnkit").glob(f"{name}-*.pickle")
        return pickle.loads(kept.read_bytes())

    @cached_property
    def left_out(self) -> LeftOut:
        """What the configuration leaves out."""
        settings = yaml.safe_load((ROOT / "book/_config.yml").read_text())["sphinx"]["config"]
        config = Config({}, settings)
        config.add("attnkit_leave_out", [], "env", ())
        return left_out(config, ROOT)

    def page_of(self, name: str) -> Path:
        """A page that shows an explorable; a test of one that is left out is skipped."""
        if name in self.left_out.figures:
            pytest.skip(f"{name} is left out")
        return self.shown_on[name]

    @cached_property
    def shown_on(self) -> dict[str, Path]:
        """For each explorable, the first page that shows it."""
        shown = {}
        for page in reversed(self.pages):
            shown |= dict.fromkeys(re.findall(r'data-name="([^"]+)"', page.read_text()), page)
        return shown


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Site:
    """The site as `make book` builds it, with other hosts refused to the build and its notebooks.

    Nothing is built again that has not changed.
    """
    command = [Path(sys.executable).with_name("jupyter-book"), *BUILD.split()]
    alone = guarded(tmp_path_factory.mktemp("site") / "guard")
    built = subprocess.run(
        command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout[-4000:] + built.stderr[-4000:]
    return Site(ROOT / "book/_build/html")


@pytest.fixture(scope="session")
def visits(site, browser) -> dict[str, Visit]:
    """What a browser saw of every page; no page asked another host or reported an error."""
    context = browser.new_context(viewport=DESK)
    watch, seen = Watch(context), {}
    for page in site.pages:
        tab = context.new_page()
        tab.goto(page.as_uri())
        if tab.query_selector(".attnkit-explorable"):
            tab.wait_for_function(READY)
        seen[str(page.relative_to(site.folder))] = visit(tab)
        tab.close()
    context.close()
    watch.assert_clean()
    return seen


@pytest.fixture
def open_page(browser):
    """Open a page from disk with every request to a host refused; its errors fail the test."""
    contexts = []

    def opened(page: Path, fragment: str = "", **options):
        context = browser.new_context(**{"viewport": DESK} | options)
        watch = Watch(context)
        tab = context.new_page()
        contexts.append((context, watch))
        tab.goto(page.as_uri() + fragment)
        if options.get("java_script_enabled", True) and tab.query_selector(".attnkit-explorable"):
            tab.wait_for_function(READY)
        return tab

    yield opened
    for context, watch in contexts:
        context.close()
        watch.assert_clean()


@pytest.fixture(scope="module")
def address_in_a_sub_path(site):
    """The site served on loopback under a sub-path, as a project page of a host would be."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def translate_path(self, path):
            return super().translate_path(path.removeprefix("/some/course"))

        def log_message(self, *_):
            pass

    handler = functools.partial(Handler, directory=str(site.folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/some/course"
    server.shutdown()
    server.server_close()
    thread.join()
