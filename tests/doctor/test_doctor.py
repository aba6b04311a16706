"""`attnkit doctor` on this very installation, and on one whose torch is broken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import attnkit
from attnkit.command import main

ROOT = Path(__file__).parents[2]
BROKEN = 'raise OSError("libtorch_cpu.so: cannot open shared object file")\n'


def test_all_is_well_here():
    found = attnkit.doctor.report()
    assert found.healthy, found
    assert str(found).endswith("all is well")
    whats = {each.what for each in found.findings}
    assert {"Python", "attnkit", "torch", "device", "figure", "exercise", "results"} <= whats
    assert {f"extra {name}" for name in ("notebooks", "data", "real", "book", "tests")} <= whats
    assert "arrays in" in next(each.found for each in found.findings if each.what == "figure")


def test_the_command_tells_the_same(capsys, monkeypatch):
    from attnkit.doctor import browser, installed

    monkeypatch.setattr("attnkit.doctor.examined._WITHOUT_TORCH", (browser.check_browser,))
    monkeypatch.setattr("attnkit.doctor.examined._WITH_TORCH", (installed.check_attnkit,))
    assert main(["doctor"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[:2]] == ["Chromium", "attnkit"]
    assert lines[-1] == "all is well"
    assert main(["doctor", "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["healthy"] is True
    assert [each["what"] for each in content["findings"]] == ["Chromium", "attnkit"]


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """Run the command where a torch comes first that can't be loaded."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "torch").mkdir()
    (folder / "torch" / "__init__.py").write_text(BROKEN)

    def run(*arguments):
        path = os.pathsep.join([str(folder), str(ROOT)])
        return subprocess.run(
            [sys.executable, "-m", "attnkit", *arguments],
            env=os.environ | {"PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_torch_that_is_broken_is_told_with_what_to_do(broken):
    done = broken("doctor", "--json")
    found = {each["what"]: each for each in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1
    assert done.stderr == ""
    assert found["torch"]["verdict"] == "wrong"
    assert "OSError: libtorch_cpu.so: cannot open" in found["torch"]["found"]
    assert "rename or remove it" in found["torch"]["advice"]
    assert found["numpy"]["verdict"] == "ok"
    assert "not tried" in found["figures, exercises"]["found"]


def test_the_version_needs_no_torch(broken):
    done = broken("--version")
    assert (done.returncode, done.stdout) == (0, f"attnkit {attnkit.__version__}\n")


def test_other_commands_send_to_the_doctor(broken):
    done = broken("list")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "libtorch_cpu.so: cannot open shared object file" in done.stderr
    assert "`attnkit doctor` says what to do" in done.stderr
