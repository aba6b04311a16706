"""Every test runs with attnkit's shape annotations checked and one thread per process."""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch
from jaxtyping import install_import_hook

import tests.typechecker  # noqa: F401  (the hook finds it by this name)

install_import_hook("attnkit", "tests.typechecker.check")
torch.set_num_threads(1)


def pytest_collection_modifyitems(items):
    """Start with the site: it takes longest, and one worker holds it."""
    items.sort(key=lambda item: "tests/site/" not in item.nodeid)
