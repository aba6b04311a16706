"""Kernels of a build say nothing of themselves, and see no start-up file of the builder's."""

import os

import nbformat
from nbclient import NotebookClient


def run(code):
    cells = [nbformat.v4.new_code_cell(code)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    return "".join(output.get("text", "") for output in notebook.cells[0].outputs)


def test_a_build_starts_quiet_kernels_with_a_profile_of_their_own(
    small_site, monkeypatch, tmp_path, capfd
):
    own = tmp_path / "own" / "profile_default" / "startup"
    own.mkdir(parents=True)
    (own / "00.py").write_text("SURPRISE = 1\n")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "own"))
    assert run("print('SURPRISE' in globals())") == "True\n"
    assert "eavesdropping" in capfd.readouterr().err
    small_site.write("index.md", "# Book\n")
    small_site.build()
    assert os.environ["IPYTHONDIR"] == str(small_site.out.parent / ".attnkit" / "ipython")
    assert run("print('SURPRISE' in globals())") == "False\n"
    assert capfd.readouterr().err == ""
