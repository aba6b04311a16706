"""The development container ends with `make lab` ready, and Jupyter answers Codespaces' address."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def container():
    return json.loads((ROOT / ".devcontainer/devcontainer.json").read_text())


def test_it_makes_what_make_lab_waits_for(container):
    made = re.fullmatch(
        r"make (\S+) PIP_ARGS='--requirement (\S+)'", container["postCreateCommand"]
    )
    makefile = (ROOT / "Makefile").read_text()
    assert f"READY := {made[1]}\n" in makefile
    assert "\nlab: $(READY)\n" in makefile
    assert (ROOT / made[2]).is_file()


def test_the_editor_uses_that_environment_and_forwards_jupyters_port(container):
    settings = container["customizations"]["vscode"]["settings"]
    assert settings["python.defaultInterpreterPath"].endswith("/.venv/bin/python")
    assert [str(port) for port in container["forwardPorts"]] == list(container["portsAttributes"])


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://solid-disco-x7-8888.app.github.dev", 200),
        ("https://solid-disco-x7-9999.app.github.dev", 404),
        ("https://solid-disco-x7-8888.app.github.dev.example.org", 404),
    ],
)
def test_jupyter_answers_its_forwarded_port_and_no_other_site(server, container, origin, status):
    folder = container["containerEnv"]["JUPYTER_CONFIG_PATH"]
    assert folder == "${containerWorkspaceFolder}/.devcontainer"
    assert server.get("api/contents", Origin=origin).status == status
