"""A plugin of pytest: this process runs one of equal parts of the tests, by ATTNKIT_PART="0/4".

Neighbours stay together, since tests that follow one another often share what must be compiled.
"""

import os

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Leave out what other parts run, after marks have left out what nobody asked for."""
    number, n_parts = map(int, os.environ["ATTNKIT_PART"].split("/"))
    first, last = (len(items) * n // n_parts for n in (number, number + 1))
    others = items[:first] + items[last:]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = items[first:last]
