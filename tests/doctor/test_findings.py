"""Each check sees its fault: a wrong version, a second installation, damaged data, a full disk."""

import os
import sys
import tempfile
from email.message import Message
from pathlib import Path
from types import SimpleNamespace

import pytest
import scipy
import torch

import attnkit
from attnkit.data import pins
from attnkit.doctor import Finding, at_work, browser, device, installed, jupyter, packages, places
from attnkit.doctor import report as asked
from attnkit.doctor.requirements import check_extras, check_versions, unmet
from attnkit.trained import places as encoder_places

METADATA = """Metadata-Version: 2.4
Name: attnkit
Version: {version}
Classifier: Programming Language :: Python :: 3
Classifier: Programming Language :: Python :: 3.4
Classifier: Programming Language :: Python :: 3.5
Provides-Extra: charts
Provides-Extra: none
Requires-Dist: numpy>=99
Requires-Dist: torch>=2
Requires-Dist: no-such-package<3,>=1; extra == 'charts'
Requires-Dist: scipy<1; extra == 'charts'
Requires-Dist: no-such-package; python_version < '3' and extra == 'none'
"""


@pytest.fixture
def declared(tmp_path, monkeypatch):
    """Metadata of another attnkit, found before the true one."""
    folder = tmp_path / "attnkit-7.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(METADATA.format(version="7"))
    monkeypatch.syspath_prepend(str(tmp_path))


def told(check):
    return [(each.what, each.verdict) for each in check()]


def test_what_is_out_of_range_is_read_from_the_metadata(declared):
    assert unmet("attnkit") == {"numpy>=99": sys.modules["numpy"].__version__}
    (only,) = check_versions()
    assert only.verdict == "wrong"
    assert only.advice == 'python -m pip install "numpy>=99"'


def test_an_extra_is_brought_by_one_command(declared):
    charts, none = check_extras()
    assert charts.found == f"scipy<1 ({scipy.__version__}), without no-such-package"
    assert charts.advice == 'python -m pip install "attnkit[charts]"'
    assert (charts.verdict, none.verdict) == ("warning", "ok")


def test_without_packaging_ranges_are_not_compared(monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)
    assert told(check_versions) == [("versions", "note")]


def test_code_and_metadata_of_two_releases(declared):
    assert ("attnkit, version", "warning") in told(installed.check_attnkit)


def test_a_second_installation_is_named(tmp_path, monkeypatch):
    assert told(installed.check_attnkit) == [("attnkit", "ok")]
    (tmp_path / "attnkit").mkdir()
    (tmp_path / "attnkit" / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    _, other = installed.check_attnkit()
    assert (other.verdict, other.found) == ("warning", str(tmp_path / "attnkit"))


def test_a_python_that_was_not_tried(declared, monkeypatch):
    (only,) = installed.check_python()
    assert only.verdict == "warning"
    assert "tried on Python 3.4, 3.5:" in only.advice
    monkeypatch.setattr(sys, "version_info", (3, 5, 1))
    assert told(installed.check_python) == [("Python", "ok")]


def test_metadata_that_name_no_python_are_old(monkeypatch):
    monkeypatch.setattr(installed.metadata, "metadata", lambda _: Message())
    (only,) = installed.check_python()
    assert (only.verdict, only.advice.endswith(": reinstall attnkit")) == ("warning", True)


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (OSError("libtorch_cpu.so: no such file"), "pip install --force-reinstall torch"),
        (ModuleNotFoundError("No module named 'torch'", name="torch"), 'pip install "torch>=2.6"'),
        (SystemExit("no licence"), "pip install --force-reinstall torch"),
    ],
)
def test_a_package_that_cannot_be_imported(monkeypatch, error, advice):
    def broken(name):
        if name == "torch":
            raise error

    monkeypatch.setattr(packages, "import_module", broken)
    (torch_,) = (each for each in packages.check_imports() if each.verdict == "wrong")
    assert torch_.what == "torch"
    assert f"{type(error).__name__}: {error}" in torch_.found
    assert advice in torch_.advice


def test_a_device_that_is_there_and_fails(monkeypatch):
    """A build for the CPU says so itself when it is told to use a GPU."""
    if torch.cuda.is_available():
        pytest.skip("this machine has the device that must fail")
    assert ("device", "ok") in told(device.check_device)
    monkeypatch.setattr(torch.accelerator, "is_available", lambda: True)
    monkeypatch.setattr(torch.accelerator, "current_accelerator", lambda: torch.device("cuda"))
    _, only = device.check_device()
    assert only.verdict == "warning"
    assert "cuda is there, but fails" in only.found


def test_a_kernel_is_ours_by_its_command():
    assert jupyter.starts_this(["python", "-m", "ipykernel_launcher"])
    assert jupyter.starts_this([sys.executable, "-m", "ipykernel_launcher"])
    assert not jupyter.starts_this([f"{sys.executable}-of-another"])


def test_a_laboratory_of_another_python(monkeypatch, tmp_path):
    monkeypatch.setattr(jupyter.shutil, "which", lambda name: str(tmp_path / name))
    found = {each.what: each for each in jupyter.check_jupyter()}
    assert found["JupyterLab"].advice.startswith("start it by `python -m jupyter lab`")


def test_without_a_browser_nothing_is_wrong(monkeypatch):
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    assert told(browser.check_browser) == [("Chromium", "note")]


def test_a_place_that_cannot_be_written_to(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file" / "below"))
    assert ("temporary files", "warning") in told(places.check_places)


def test_damaged_series(monkeypatch, tmp_path):
    pytest.importorskip("aeon")
    monkeypatch.setattr("attnkit.data.bundled._aeon_folder", lambda: tmp_path)
    (only,) = at_work.check_series()
    assert (only.verdict, only.advice) == ("wrong", "python -m pip install --force-reinstall aeon")


def test_fetched_series_are_the_pinned_ones(monkeypatch, tmp_path):
    assert told(lambda: at_work.check_archives(tmp_path)) == [("archives", "note")]
    (tmp_path / "FordA_TEST.tsv").write_bytes(b"")
    (tmp_path / "heartbeat.zip").write_bytes(b"")
    assert told(lambda: at_work.check_archives(tmp_path)) == 2 * [("archives", "wrong")]
    of_nothing = "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"
    monkeypatch.setitem(pins.FORD_A_BLOBS, "TEST", of_nothing)
    first, second = at_work.check_archives(tmp_path)
    assert (first.verdict, second.verdict) == ("ok", "wrong")
    assert "sha256=" in second.advice


def test_weights_that_are_not_the_pinned_ones(monkeypatch, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"others")
    monkeypatch.setattr(encoder_places, "_of_the_package", lambda: [tmp_path])
    (only,) = at_work.check_encoder()
    assert only.verdict == "wrong"
    assert "SHA-256 must be" in only.found


def test_an_exercise_that_takes_a_wrong_answer(monkeypatch):
    assert told(at_work.check_exercise) == [("exercise", "ok")]
    passed = SimpleNamespace(status="passed", law="")
    monkeypatch.setattr("attnkit.coursework.check", lambda name, answer: passed)
    assert told(at_work.check_exercise) == [("exercise", "wrong")]


def test_the_home_folder_is_not_told(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    each = Finding("Python", f"3.13, {tmp_path}{os.sep}course", "ok", f"see\n{tmp_path}")
    assert (each.found, each.advice) == (f"3.13, ~{os.sep}course", "see ~")


def test_a_check_that_fails_itself_is_told_and_the_others_are_asked(monkeypatch):
    def check_moon():
        yield Finding("moon", "there")
        raise RuntimeError("it set")

    monkeypatch.setattr(
        "attnkit.doctor.examined._WITHOUT_TORCH", (check_moon, browser.check_browser)
    )
    monkeypatch.setattr("attnkit.doctor.examined._WITH_TORCH", ())
    found = asked()
    assert [each.what for each in found.findings] == ["moon", "moon", "Chromium"]
    assert "RuntimeError: it set" in found.findings[1].found
    assert not found.healthy
    assert Path(attnkit.__path__[0]).name == "attnkit"
