"""The book's own machinery, put together: see the modules beside this one."""

from sphinx.application import Sphinx

import attnkit
from attnkit.book import (
    api_directive,
    api_pages,
    bibliography,
    downloads,
    launch,
    leave_out,
    notebook_kernels,
    numbering,
    parts,
    questions,
    reading_time,
    search,
    teaching,
    wheel,
)


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    for part in (
        api_directive,
        api_pages,
        bibliography,
        downloads,
        launch,
        notebook_kernels,
        leave_out,
        numbering,
        parts,
        questions,
        reading_time,
        search,
        teaching,
        wheel,
    ):
        part.connect(app)
    return {"version": attnkit.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
