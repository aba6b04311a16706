"""One Jupyter server with the settings of Binder's image and of the development container."""

import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.lab.server import free_port, wait_for

ROOT = Path(__file__).parents[2]


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    text: str


class Server:
    """A running server, under the sub-path that a hub gives each user."""

    def __init__(self, port: int):
        self.address = f"http://127.0.0.1:{port}/user/ana/"

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page; whatever the answer, it is returned."""
        request = urllib.request.Request(self.address + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return Answer(response.status, dict(response.headers), response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), "")


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """Started in a folder that holds a site of one page where the built one would lie."""
    folder = tmp_path_factory.mktemp("repository")
    site = folder / "book/_build/html"
    site.mkdir(parents=True)
    (site / "index.html").write_text("<script>document.title = 'alive'</script>")
    (folder / "book/favicon.svg").write_bytes((ROOT / "book/favicon.svg").read_bytes())
    port = free_port()
    options = {
        "ServerApp.port": port,
        "ServerApp.base_url": "/user/ana",
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": "",
    }
    command = [sys.executable, "-m", "jupyter", "server"]
    command += [f"--{name}={value}" for name, value in options.items()]
    folders = [str(ROOT / name) for name in ("binder", ".devcontainer")]
    settings = {
        "JUPYTER_CONFIG_DIR": str(folder / "none"),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(folders),
    }
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=os.environ | settings, stdout=log, stderr=log
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/user/ana/api", folder / "log")
            yield Server(port)
        finally:
            process.terminate()
            process.wait(20)
