"""Every test runs with attnkit's shapes checked, one thread, and kernels interpreted on the CPU."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pytest
import torch

if not torch.cuda.is_available():
    os.environ.setdefault("TRITON_INTERPRET", "1")  # before anything imports Triton

from tests import typechecker
from tests.browser import chromium
from tests.plain_python import PlainPython

typechecker.install()
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def browser():
    """One Chromium for the whole session: Playwright runs once in a process."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def plain_python():
    """One interpreter for the whole session, without the shape checker, to run scripts in."""
    with PlainPython() as started:
        yield started


def pytest_collection_modifyitems(items):
    """Start with the site: it takes longest, and one worker holds it."""
    items.sort(key=lambda item: "tests/site/" not in item.nodeid)
