"""`attnkit doctor` on this very installation, and on one whose torch is broken."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import attnkit
from attnkit.command import main
from attnkit.doctor import Finding, Report, browser, installed

ROOT = Path(__file__).parents[2]
BROKEN = 'raise OSError("libtorch_cpu.so: cannot open shared object file")\n'


def test_all_is_well_here():
    """In a process of its own, as a reader runs it."""
    done = run("doctor", "--json")
    content = json.loads(done.stdout)
    assert (done.returncode, done.stderr, content["healthy"]) == (0, "", True), done.stdout
    found = {each["what"]: each["found"] for each in content["findings"]}
    assert {"Python", "attnkit", "torch", "device", "exercise", "results"} <= found.keys()
    assert {f"extra {name}" for name in ("notebooks", "data", "real", "book")} <= found.keys()
    assert "arrays in" in found["figure"]


def test_a_report_prints_itself():
    wrong = Report((Finding("torch", "2.6"), Finding("numpy", "1.0", "wrong", "get another")))
    assert repr(wrong).splitlines()[1:] == [
        "wrong    numpy                  1.0",
        "                                -> get another",
        "1 of 2 wrong",
    ]


def test_the_command_tells_the_same(capsys, monkeypatch):
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
    """A folder with a torch that can't be loaded."""
    folder = tmp_path_factory.mktemp("broken")
    (folder / "torch").mkdir()
    (folder / "torch" / "__init__.py").write_text(BROKEN)
    return folder


def run(*arguments, first=None):
    """The command in a process of its own; what lies in the folder `first` is imported first."""
    path = os.pathsep.join(map(str, filter(None, (first, ROOT))))
    command = [sys.executable, "-m", "attnkit", *arguments]
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_torch_that_is_broken_is_told_with_what_to_do(broken):
    done = run("doctor", "--json", first=broken)
    found = {each["what"]: each for each in json.loads(done.stdout)["findings"]}
    assert done.returncode == 1
    assert done.stderr == ""
    assert found["torch"]["verdict"] == "wrong"
    assert "OSError: libtorch_cpu.so: cannot open" in found["torch"]["found"]
    assert "rename or remove it" in found["torch"]["advice"]
    assert found["numpy"]["verdict"] == "ok"
    assert "not tried" in found["figures, exercises"]["found"]


def test_the_version_needs_no_torch(broken):
    done = run("--version", first=broken)
    assert (done.returncode, done.stdout) == (0, f"attnkit {attnkit.__version__}\n")


def test_other_commands_send_to_the_doctor(broken):
    done = run("list", first=broken)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "libtorch_cpu.so: cannot open shared object file" in done.stderr
    assert "`attnkit doctor` says what to do" in done.stderr
