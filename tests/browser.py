"""A real Chromium for the tests that look at pages."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def find_browser() -> str:
    """The path of a browser; without one the test is skipped, or fails where one is required."""
    from attnkit.doctor.browser import NAMES, found_browser  # not before the import hook

    found = found_browser()
    if found is None:
        message = f"no browser found (looked for {', '.join(NAMES)}): pages are not looked at"
        if os.environ.get("ATTNKIT_REQUIRE_BROWSER") or os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return found


@contextmanager
def chromium() -> Iterator:
    """A headless Chromium driven by Playwright."""
    path = find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Watch:
    """What a page must not do: reach for another host, or report an error."""

    def __init__(self, context, allowed: tuple[str, ...] = ("file:", "data:", "blob:")):
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.allowed = allowed
        context.route("**/*", self._on_request)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))

    def _on_request(self, route) -> None:
        if route.request.url.startswith(self.allowed):
            route.continue_()
        else:
            self.requests.append(route.request.url)
            route.abort()

    def _on_console(self, message) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def assert_clean(self) -> None:
        """Nothing was asked of another host and nothing went wrong."""
        assert not self.requests, f"the page asked for {self.requests}"
        assert not self.errors, f"the page reported {self.errors}"
