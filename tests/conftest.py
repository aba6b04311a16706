"""Every test runs with attnkit's shape annotations checked and one thread per process."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import torch
from jaxtyping import install_import_hook

import tests.typechecker  # noqa: F401  (the hook finds it by this name)
from tests.browser import chromium

install_import_hook("attnkit", "tests.typechecker.check")
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole session: Playwright runs once in a process."""
    with chromium() as running:
        yield running


def pytest_collection_modifyitems(items):
    """Start with the site: it takes longest, and one worker holds it."""
    items.sort(key=lambda item: "tests/site/" not in item.nodeid)
