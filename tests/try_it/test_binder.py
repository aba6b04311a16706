"""What repo2docker reads in `binder/`: one list of versions, and the site in the launcher."""

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BINDER = ROOT / "binder"
MAKEFILE = (ROOT / "Makefile").read_text()
PYTHON = re.compile(r"python-(3\.\d+)\n")


def test_its_packages_are_the_extras_under_the_common_constraints():
    text = (BINDER / "requirements.txt").read_text()
    options = dict(line.split() for line in text.splitlines() if not line.startswith("#"))
    assert set(options) == {"--requirement", "--constraint", "--editable"}
    assert (BINDER / options["--constraint"]).resolve() == ROOT / "constraints.txt"
    extras = re.fullmatch(r"\.\[(.*)\]", options["--editable"])[1].split(",")
    (readers,) = re.findall(r'"\.\[(.*)\]" \$\(PIP_ARGS\)\n\t@touch \$\(READY\)', MAKEFILE)
    assert extras == [*readers.split(","), "binder"]


def test_one_file_names_the_index_of_the_cpu_builds_and_no_other_host():
    (line,) = (r for r in (BINDER / "cpu.txt").read_text().splitlines() if not r.startswith("#"))
    assert line == "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert "--requirement cpu.txt" in (BINDER / "requirements.txt").read_text()
    hosts = {path.name for path in BINDER.iterdir() if "://" in path.read_text()}
    assert hosts == {"cpu.txt"}


def test_python_is_new_enough():
    version = PYTHON.fullmatch((BINDER / "runtime.txt").read_text())[1]
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert tuple(map(int, version.split("."))) >= tuple(map(int, wanted.lstrip(">=").split(".")))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no execute bit")
def test_post_build_runs_and_copies_what_exists():
    script = BINDER / "postBuild"
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)
    (copied,) = re.findall(r"^cp (\S+) \S*/jupyter_server_config.json", script.read_text(), re.M)
    assert "ServerProxy" in json.loads((ROOT / copied).read_text())


def test_post_build_builds_the_site_as_the_readme_does():
    (command,) = re.findall(r"^jupyter-book build .*", (BINDER / "postBuild").read_text(), re.M)
    assert f".venv/bin/{command}\n" in (ROOT / "README.md").read_text()


def test_the_launcher_has_an_entry_that_opens_a_live_site_in_a_tab(server):
    (entry,) = json.loads(server.get("server-proxy/servers-info").text)["server_processes"]
    assert entry["launcher_entry"]["title"] == "The book"
    assert entry["new_browser_tab"]
    icon = server.get("server-proxy/icon/book")
    assert (icon.status, icon.text) == (200, (ROOT / "book/favicon.svg").read_text())
    page = server.get(entry["launcher_entry"]["path_info"])
    assert (page.status, "alive" in page.text) == (200, True)
    policies = [v for k, v in page.headers.items() if k.lower() == "content-security-policy"]
    assert not any("sandbox" in policy for policy in policies)


def test_jupyters_own_file_handler_would_let_no_script_run(server):
    """Why the site is served beside Jupyter, and not opened by it."""
    page = server.get("files/book/_build/html/index.html")
    assert "sandbox" in page.headers["Content-Security-Policy"]
