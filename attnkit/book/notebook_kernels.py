"""The kernels of a build: one profile of their own, whatever the builder's machine holds.

A reader's or author's own start-up files must not change what a chapter prints; and a kernel on
this very machine need not warn, once a notebook, that its transport is not encrypted.
"""

import os
from pathlib import Path

from sphinx.application import Sphinx

__all__ = ["connect"]

_PROFILE = "c.IPKernelApp.log_level = 40  # errors alone\n"


def prepare(app: Sphinx) -> None:
    """Point the kernels that this build starts to a profile beside the site."""
    home = Path(app.outdir).parent / ".attnkit" / "ipython"
    profile = home / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(_PROFILE, encoding="utf-8")
    os.environ["IPYTHONDIR"] = str(home)


def connect(app: Sphinx) -> None:
    """Before any notebook runs."""
    app.connect("builder-inited", prepare)
