"""The command of a page is that of its place: an address where it is served, a path on a disk."""

import functools
import http.server
import threading
from contextlib import contextmanager

import pytest

from attnkit.book.wheel import WHEEL
from tests.browser import Watch

PAGE = "# Get it\n\n```{install} notebooks,data\n```\n\n```{install}\n```\n"


@pytest.fixture
def folder(small_site):
    small_site.write("index.md", "# Book\n```{toctree}\npart of it/get_it\n```\n")
    small_site.write("part of it/get_it.md", PAGE)
    small_site.build()
    (small_site.out / WHEEL).write_bytes(b"")
    return small_site.out


@contextmanager
def served(folder):
    """The address of a folder on loopback."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def commands(browser, address, **options):
    context = browser.new_context(**options)
    watch = Watch(context, allowed=("file:", "data:", "http://127.0.0.1:"))
    tab = context.new_page()
    tab.goto(address)
    found = tab.locator(".attnkit-install pre").all_inner_texts()
    targets = tab.locator(".attnkit-install a").evaluate_all("links => links.map(l => l.href)")
    context.close()
    watch.assert_clean()
    return [text.strip() for text in found], targets


@pytest.mark.browser
def test_from_a_host_it_names_the_address(folder, browser):
    with served(folder.parent) as host:
        root = f"{host}/{folder.name}/"
        found, targets = commands(browser, f"{root}part%20of%20it/get_it.html")
    assert found == [
        f'pip install "attnkit[notebooks,data] @ {root}{WHEEL}"',
        f'pip install "attnkit @ {root}{WHEEL}"',
    ]
    assert targets == [root + WHEEL] * 2


@pytest.mark.browser
def test_from_a_disk_it_names_the_path(folder, browser):
    found, _ = commands(browser, (folder / "part of it/get_it.html").as_uri())
    assert found == [
        f'pip install "{folder}/{WHEEL}[notebooks,data]"',
        f'pip install "{folder}/{WHEEL}"',
    ]


@pytest.mark.browser
def test_without_scripts_the_wheel_is_still_a_link(folder, browser):
    page = (folder / "part of it/get_it.html").as_uri()
    found, targets = commands(browser, page, java_script_enabled=False)
    assert found[1] == f'pip install "attnkit @ ADDRESS/{WHEEL}"'
    assert targets[0] == (folder / WHEEL).as_uri()
