"""The script for the day a GPU is lent runs before that day, and writes only what was shown."""

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from benchmarks.on_a_gpu import proofs, timings
from benchmarks.on_a_gpu.contenders import CONTESTS
from benchmarks.on_a_gpu.record import Record
from benchmarks.on_a_gpu.timings import goals_of_densities, goals_of_times

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "benchmarks/gpu.py"


def script(*arguments):
    settings = os.environ | {"OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, SCRIPT, *arguments],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is there")
def test_without_a_device_nothing_is_written(tmp_path):
    done = script("--folder", str(tmp_path))
    assert done.returncode == 3
    assert "no CUDA device" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_measures_all_and_lets_nothing_pass(tmp_path):
    done = script("--device", "cpu", "--folder", str(tmp_path), "--only", "times", "densities")
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "gpu.json").read_text())
    assert {row["name"] for row in found["times"]} == {contest.name for contest in CONTESTS}
    assert {row["n_tokens"] for row in found["times"]} == {32, 64}
    assert [row["failed"] for row in found["times"] if row["failed"]] == []
    attention = [row for row in found["times"] if "entmax" in row["name"]]
    assert all("SDPA" in row["times_as_fast"] for row in attention)
    assert {row["alpha"] for row in found["densities"]} == {1.5, 2.0}
    assert json.loads((tmp_path / "recorded.json").read_text()) == {"passed": {}}
    assert [goal["reached"] for goal in found["density_goals"]] == [None]
    assert "cores" in done.stdout
    assert "kernel densities, of one core's speed: at least 20, not measured" in done.stdout


def test_a_dry_run_says_that_it_proves_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(proofs, "checks", lambda n, *_, **__: [fine] * n)
    monkeypatch.setattr(proofs, "outcomes", None)
    fine = {"path": "torch", "errors": {}, "passed": True}
    assert gpu_script(monkeypatch, "--device", "cpu", "--folder", tmp_path, "--only", "proofs") == 0
    assert "passed: no kernel; a dry run proves none" in capsys.readouterr().out
    assert json.loads((tmp_path / "gpu.json").read_text())["passed"] == {}


def gpu_script(monkeypatch, *arguments):
    """Run it in this process; as a script it finds its neighbours beside it."""
    monkeypatch.syspath_prepend(SCRIPT.parent)
    monkeypatch.setattr(sys, "argv", [str(SCRIPT), *map(str, arguments)])
    return importlib.import_module("benchmarks.gpu").main()


@pytest.mark.parametrize(
    ("option", "named"), [("--tests", "tests/test_of_no_name.py"), ("--folder", SCRIPT)]
)
def test_a_path_that_cannot_be_is_told_at_once(monkeypatch, capsys, tmp_path, option, named):
    with pytest.raises(SystemExit) as refused:
        gpu_script(monkeypatch, "--device", "cpu", "--folder", tmp_path, option, named)
    assert refused.value.code == 2
    assert f"{option} must be" in capsys.readouterr().err.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


def test_its_help_tells_all(monkeypatch, capsys):
    with pytest.raises(SystemExit):
        gpu_script(monkeypatch, "--help")
    told = capsys.readouterr().out
    assert importlib.import_module("benchmarks.gpu").__doc__.strip() in told


def test_a_dry_run_must_say_where_it_writes():
    done = script("--device", "cpu")
    assert done.returncode == 2
    assert "--folder" in done.stderr


@pytest.fixture
def house(tmp_path):
    """Sources with one test in each kernel's folder: one passes, one fails, one is skipped."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  cuda: needs a device\n")
    bodies = {"linear_attention": "pass", "delta_rule": "assert False"}
    bodies["entmax_attention"] = "pytest.skip('no device')"
    for function, body in bodies.items():
        folder = tmp_path / proofs.FOLDERS[function]
        folder.mkdir(parents=True)
        text = f"import pytest\n\n\n@pytest.mark.cuda\ndef test_{function}():\n    {body}\n"
        (folder / f"test_{function}.py").write_text(text)
    (tmp_path / "tests/test_other.py").write_text("def test_without_a_mark():\n    assert False\n")
    return tmp_path


def test_a_kernel_passes_if_all_its_tests_did_and_some_ran(house):
    files = proofs.marked(house)
    assert len(files) == 3
    counts, passed = proofs.outcomes(files, limit=120, root=house)
    delta = "tests/memory/delta/test_delta_rule.py"
    assert counts[delta] == {"FAILED": 1}
    assert passed == {
        "linear_attention": True,
        "delta_rule": False,
        "entmax_attention": False,
        "causal_entmax_attention": False,
    }


def test_parts_of_the_tests_make_up_the_whole(house):
    path = house / proofs.FOLDERS["linear_attention"] / "test_linear_attention.py"
    text = path.read_text()
    path.write_text(text + text.replace("def test_", "def test_again_").partition("\n")[2])
    files = [path.relative_to(house).as_posix()]
    counts, passed = proofs.outcomes(files, limit=120, root=house, n_parts=3)
    assert counts == {files[0]: {"PASSED": 2}}
    assert passed == {"linear_attention": True}


@pytest.mark.parametrize(("statuses", "wanted"), [((0, 5), 0), ((1, 0), 1), ((1, -9), -9)])
def test_the_worst_of_the_parts_counts(statuses, wanted):
    parts = [({str(number): "PASSED"}, status) for number, status in enumerate(statuses)]
    assert proofs._together(parts) == ({"0": "PASSED", "1": "PASSED"}, wanted)


def test_a_kernel_whose_tests_cannot_be_read_does_not_pass(house):
    (house / "tests/memory/linear/test_broken.py").write_text("import nothing_of_that_name\n")
    files = [path.relative_to(house).as_posix() for path in house.rglob("linear/test_*.py")]
    assert proofs.outcomes(files, limit=120, root=house)[1] == {"linear_attention": False}


def test_a_kernel_whose_tests_did_not_end_is_not_judged(house):
    assert proofs.outcomes(proofs.marked(house), limit=0.01, root=house) == ({}, {})


def test_a_check_is_of_the_device_and_tells_its_errors():
    (found,) = proofs.checks(1, "cpu", limit=250)
    assert (found["path"], found["passed"]) == ("torch", True)
    assert len(found["errors"]) == 4
    assert max(found["errors"].values()) > 0


def test_a_record_keeps_what_this_run_did_not_judge(tmp_path):
    results, recorded = tmp_path / "gpu.json", tmp_path / "recorded.json"
    Record(results, recorded, "sm_80").judge({"walk": True, "stroll": True})
    later = Record(results, recorded, "sm_90")
    later.judge({"walk": True, "run": False})
    later.keep(device="a device")
    Record(results, recorded, "sm_80").judge({"walk": False})
    assert json.loads(recorded.read_text())["passed"] == {"sm_80": ["stroll"], "sm_90": ["walk"]}
    assert json.loads(results.read_text())["passed"] == json.loads(recorded.read_text())["passed"]


def test_a_contender_that_fails_is_told_and_the_others_run():
    """Triton's errors are Exceptions and no more."""

    def refused():
        raise Exception("out of shared memory")

    runs = {"refused": refused, "well": int}
    assert timings._warmed(runs) == ({"well": int}, {"refused": "Exception: out of shared memory"})


def row(name, n_tokens, ratio, peak, peer):
    return {
        "name": name,
        "mode": "forward",
        "n_tokens": n_tokens,
        "times_as_fast": {peer: ratio},
        "peak_bytes": {"attnkit": peak},
    }


def test_a_goal_is_held_to_the_worst_and_is_open_where_nothing_was_measured():
    attention = "entmax_attention, alpha 1.5"
    rows = [row("linear attention", n, r, None, "fla") for n, r in ((1024, 1.5), (8192, 0.9))]
    rows += [row(attention, n, r, 7 * n, "SDPA") for n, r in ((8192, 0.6), (16384, 0.3))]
    goals = {goal["goal"].split(",")[0]: goal for goal in goals_of_times(rows)}
    assert (goals["linear attention"]["found"], goals["linear attention"]["reached"]) == (
        0.9,
        False,
    )
    assert goals["delta rule"]["reached"] is None
    (softmax,) = (goal for goal in goals_of_times(rows) if "SDPA" in goal["goal"])
    assert (softmax["found"], softmax["reached"]) == (0.6, True)
    (memory,) = (goal for goal in goals_of_times(rows) if "memory" in goal["goal"])
    assert (memory["found"], memory["reached"]) == (2.0, True)
    rows[-1]["peak_bytes"]["attnkit"] = 4 * rows[-2]["peak_bytes"]["attnkit"]
    (memory,) = (goal for goal in goals_of_times(rows) if "memory" in goal["goal"])
    assert (memory["found"], memory["reached"]) == (1.0, False)
    (densities,) = goals_of_densities([{"ratio": 30.0}, {"ratio": 19.0}])
    assert densities["reached"] is False
