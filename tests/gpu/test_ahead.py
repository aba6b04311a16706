"""Kernels compile without a GPU, and what asks too much of one is refused."""

import importlib
import json
import os
import signal
import subprocess
import sys
from collections import defaultdict
from importlib import metadata
from pathlib import Path

import pytest

from attnkit.command import main
from attnkit.discovery import layer_files
from attnkit.gpu import Compiled, Specialisation
from attnkit.gpu.ahead import Assembled, assembled, chosen, specialisations
from attnkit.gpu.compiled import ARCHITECTURES
from attnkit.gpu.sources import called, digest
from attnkit.gpu.table import read, written

pytest.importorskip("triton")
from tests.gpu import crowded

ROOT = Path(__file__).parents[2]
RECORDED = ROOT / "results/kernels.json"


def compiling(*command, cache):
    """Run Python where Triton compiles: the tests interpret kernels."""
    settings = os.environ | {"TRITON_CACHE_DIR": str(cache), "OMP_NUM_THREADS": "1"}
    settings.pop("TRITON_INTERPRET", None)
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_what_spills_or_asks_for_too_much_shared_memory_is_refused(tmp_path):
    done = compiling("-m", "tests.gpu.crowded", cache=tmp_path)
    assert done.returncode == 0, done.stderr
    slim, spilled, wide = json.loads(done.stdout)
    assert (slim["fits"], slim["spilled_bytes"]) == (True, 0)
    assert (spilled["fits"], spilled["spilled_bytes"] > 0) == (False, True)
    assert (wide["fits"], wide["spilled_bytes"]) == (False, 0)
    assert wide["shared_bytes"] > ARCHITECTURES[80]


@pytest.mark.parametrize(("architecture", "kibibytes"), [(80, 163), (90, 227), (100, 227)])
def test_the_limit_of_shared_memory_is_inclusive(architecture, kibibytes):
    at = 1024 * kibibytes
    assert Compiled("walk", architecture, 32, 0, at).fits
    assert not Compiled("walk", architecture, 32, 0, at + 1).fits
    assert not Compiled("walk", architecture, 32, 1, 0).fits


@pytest.mark.parametrize(("spilled", "status"), [(0, 0), (8, 1)])
def test_the_exit_status_tells_of_a_refusal(monkeypatch, capsys, tmp_path, spilled, status):
    walk = crowded.SPECIALISATIONS[0]
    kernel = Compiled(walk.name, 90, 32, spilled, 0)
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    for module in ("ahead", "table"):
        place = importlib.import_module(f"attnkit.gpu.{module}")
        monkeypatch.setattr(place, "specialisations", lambda: {walk.name: walk})
    monkeypatch.setattr(
        "attnkit.gpu.ahead.assembled",
        lambda asked: [Assembled(kernel, 0.1) for each in asked if each == ("slim", 90)],
    )
    assert main(["kernels", "--record", str(tmp_path / "table.json")]) == status
    assert f"1 compiled, 0 known, {status} refused" in capsys.readouterr().out
    assert list(read(tmp_path / "table.json")[1]) == [kernel]
    asked = ["kernels", "--architecture", "90", "--record", str(tmp_path / "table.json")]
    assert main(asked) == status
    told = capsys.readouterr().out
    assert f"0 compiled, 1 known, {status} refused" in told
    assert told.splitlines()[1].split()[:6] == [walk.name, "90", "32", str(spilled), "0", "known"]
    monkeypatch.setattr("attnkit.gpu.table.digest", lambda what: "of other sources")
    assert main(asked) == status
    assert f"1 compiled, 0 known, {status} refused" in capsys.readouterr().out


def test_what_cannot_be_compiled_is_told(monkeypatch, capsys):
    monkeypatch.setenv("TRITON_INTERPRET", "1")
    assert main(["kernels"]) == 1
    assert "TRITON_INTERPRET" in capsys.readouterr().err
    monkeypatch.delenv("TRITON_INTERPRET")
    assert main(["kernels", "no-such-kernel"]) == 1
    assert "no-such-kernel" in capsys.readouterr().err


@pytest.mark.parametrize("function", ["linear_attention", "delta_rule", "entmax_attention"])
def test_a_function_names_all_its_kernels(function):
    known = specialisations()
    found = chosen(function, known)
    folders = {known[name].kernel.fn.__module__.split(".fused")[0] for name in found}
    assert len(folders) == 1
    there = [n for n, each in known.items() if each.kernel.fn.__module__.startswith(*folders)]
    assert found == sorted(there)


def test_a_name_the_beginning_of_one_and_none():
    known = {each.name: each for each in crowded.SPECIALISATIONS}
    assert chosen("slim", known) == ["slim"]
    assert chosen("sl", known) == ["slim"]
    with pytest.raises(ValueError, match=r"no kernel is called 'slimm'; did you mean 'slim'\?$"):
        chosen("slimm", known)
    with pytest.raises(ValueError, match=r"there are\s") as refused:
        chosen("no-such-kernel", known)
    assert set(str(refused.value).splitlines()[1:]) == {f"  {name}" for name in known}


def test_a_table_that_cannot_be_written_is_told_before_any_compiling(monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("TRITON_INTERPRET", raising=False)
    monkeypatch.setattr("attnkit.gpu.ahead.assembled", None)
    for place in (tmp_path / "none/t.json", tmp_path):
        assert main(["kernels", "--record", str(place)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert "--record must be" in line


def test_an_architecture_must_be_named(capsys):
    with pytest.raises(SystemExit):
        main(["kernels", "--architecture"])
    assert "--architecture: expected at least one argument" in capsys.readouterr().err


def test_an_interrupt_is_not_the_workers_to_heed(monkeypatch):
    """They would die in the middle, and leave semaphores and pages of tracebacks."""
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr("attnkit.gpu.ahead._one", crowded.ignored)
    assert list(assembled([("SIGINT", 2)])) == [True]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_digest_is_of_the_sources_and_of_what_is_asked():
    slim, other, _ = crowded.SPECIALISATIONS
    assert set(called(slim.kernel)) >= {"tests.gpu.crowded.turned", "tests.gpu.crowded.doubled"}
    asked = (slim.kernel, slim.signature, slim.constants)
    assert digest(Specialisation("another name", *asked)) == digest(slim)
    assert digest(Specialisation("slim", *asked, n_warps=8)) != digest(slim)
    assert digest(other) != digest(slim)
    assert digest(Specialisation("slim", crowded.multiplied, *asked[1:])) != digest(slim)


def test_every_kernel_that_is_launched_is_compiled():
    """A kernel that no specialisation reaches has been forgotten."""
    reached = {name for each in specialisations().values() for name in called(each.kernel)}
    there = set()
    for module in layer_files("fused"):
        things = vars(importlib.import_module(module)).values()
        kernels = [each for each in things if hasattr(each, "fn") and hasattr(each, "arg_names")]
        there |= {f"{each.fn.__module__}.{each.fn.__name__}" for each in kernels}
    assert {name for name in there if name.startswith("attnkit.")} - reached == set()


def test_the_recorded_table_is_of_these_kernels():
    """Else: attnkit kernels --record results/kernels.json."""
    _, rows = read(RECORDED)
    found = {(kernel.name, kernel.architecture): made_of for kernel, made_of in rows.items()}
    known = specialisations()
    assert found == {(n, a): digest(each) for n, each in known.items() for a in ARCHITECTURES}
    assert [kernel for kernel in rows if not kernel.fits] == []


def test_the_recorded_table_is_what_the_compiler_says(tmp_path):
    """One kernel of each file, for one architecture; all of them take minutes."""
    triton, rows = read(RECORDED)
    of_a_file = defaultdict(list)
    for name, each in specialisations().items():
        of_a_file[each.kernel.fn.__module__].append(name)
    names = [min(each) for each in of_a_file.values()]
    command = ("-m", "attnkit", "kernels", *names, "--architecture", "90")
    done = compiling(*command, "--record", str(tmp_path / "t.json"), cache=tmp_path / "cache")
    assert done.returncode == 0, done.stdout + done.stderr
    again = set(read(tmp_path / "t.json")[1])
    assert {kernel.name for kernel in again} == set(names)
    if triton == metadata.version("triton"):
        assert again <= set(rows)


def test_a_table_reads_as_it_was_written(tmp_path, monkeypatch):
    known = {each.name: each for each in crowded.SPECIALISATIONS}
    monkeypatch.setattr(
        importlib.import_module("attnkit.gpu.table"), "specialisations", lambda: known
    )
    kernels = [Compiled("wide", 90, 7, 11, 13), Compiled("slim", 80, 3, 0, 5)]
    written(tmp_path / "table.json", kernels)
    triton, rows = read(tmp_path / "table.json")
    assert triton == metadata.version("triton")
    assert rows == {each: digest(known[each.name]) for each in kernels}
