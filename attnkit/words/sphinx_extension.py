"""Let a site's `language` choose the table of words, in its notebooks too."""

import os

from sphinx.application import Sphinx
from sphinx.config import Config

import attnkit
from attnkit.words import LANGUAGE


def follow(app: Sphinx, config: Config) -> None:
    """Say which language is meant, where the build and the kernels it starts look for it."""
    os.environ[LANGUAGE] = config.language or "en"


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.connect("config-inited", follow)
    return {"version": attnkit.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
