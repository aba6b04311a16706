"""The notebooks' test can fail: a notebook that errs, or asks for another host, is caught."""

import subprocess
import sys

import nbformat
import pytest

from tests.notebooks.guard import guarded


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import attnkit", None),
        ("1 / 0", "ZeroDivisionError"),
        ("import urllib.request as u\nu.urlopen('http://192.0.2.1/')", "no network here"),
        ("import socket\nsocket.getaddrinfo('example.org', 80)", "no network here"),
    ],
)
def test_errors_and_other_hosts_are_caught(tmp_path, source, message):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    path = tmp_path / "99_probe.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "jupyter", "execute", "--kernel_name=python3", str(path)]
    environment = guarded(tmp_path / "guard")
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
    assert (done.returncode == 0) == (message is None)
    assert message is None or message in done.stderr
