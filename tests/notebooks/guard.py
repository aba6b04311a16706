"""A guard that lets a Python process and its children reach no host but this one."""

import os
from pathlib import Path

ROOT = Path(__file__).parents[2]

GUARD = """
import sys

def refuse_other_hosts(event, arguments):
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if host not in (None, "", "localhost", "127.0.0.1", "::1"):
        raise OSError(f"no network here, asked for {host}")

sys.addaudithook(refuse_other_hosts)
"""


def guarded(folder: Path) -> dict[str, str]:
    """An environment in which Python refuses other hosts; the guard is written into the folder."""
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(GUARD)
    paths = [str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "OMP_NUM_THREADS": "1"}
