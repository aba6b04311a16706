"""The command line: finding by name, recording, listing, and messages a person can act on."""

import builtins
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

import attnkit
from attnkit.command import main
from attnkit.experiments import Experiment, ExperimentError, experiments, find, load, progress

ROOM = """
import time
from attnkit.experiments import Experiment

def measure(case, *, seed, device):
    time.sleep(case["seconds"])
    return {"double": 2.0 * seed}

DOUBLING = Experiment(
    name="seed-doubling", title="Twice the seed", source="derived here",
    cases={"quick": [{"seconds": 0.0}], "full": [{"seconds": 0.3}]},
    seeds={"quick": 2, "full": 9}, run=measure,
)
"""


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A room that lies outside the package, found as one inside it would be."""
    folder = tmp_path / "rooms" / "extra_room"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("")
    (folder / "experiments.py").write_text(ROOM)
    monkeypatch.setattr(attnkit, "__path__", [*attnkit.__path__, str(folder.parent)])
    yield folder
    for name in ("attnkit.extra_room", "attnkit.extra_room.experiments"):
        sys.modules.pop(name, None)


@pytest.fixture
def out(tmp_path):
    return tmp_path / "results"


def test_a_new_room_is_found_without_being_named(room):
    assert find("seed-doubling").title == "Twice the seed"


def test_importing_the_runner_imports_no_room():
    code = (
        "import sys, attnkit.command, attnkit.experiments.command;"
        "print([m for m in sys.modules if m.startswith('attnkit.') and m.endswith('.experiments')"
        " and m != 'attnkit.experiments'])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_two_experiments_of_one_name_are_refused(room):
    copy = room.parent / "other_room"
    copy.mkdir()
    (copy / "__init__.py").write_text("")
    (copy / "experiments.py").write_text(ROOM)
    try:
        with pytest.raises(ValueError, match="two Experiments are named 'seed-doubling'"):
            list(experiments())
    finally:
        for name in ("attnkit.other_room", "attnkit.other_room.experiments"):
            sys.modules.pop(name, None)


def test_every_declared_experiment_is_found_by_its_name():
    for name, experiment in experiments().items():
        assert isinstance(experiment, Experiment)
        assert experiment.name == name


def test_reproduce_records_what_load_reads(room, out, capsys):
    assert (
        main(["reproduce", "seed-doubling", "--seeds", "3", "--workers", "1", "--out", str(out)])
        == 0
    )
    recorded = load("seed-doubling", folder=out)
    assert [unit["result"]["double"] for unit in recorded["units"]] == [0.0, 2.0, 4.0]
    shown = capsys.readouterr()
    assert "3 units" in shown.out
    assert "3 of 3 units" in shown.err


def test_unknown_name_suggests_the_nearest(room, out, capsys):
    assert main(["reproduce", "seed-dobling", "--out", str(out)]) == 1
    assert "did you mean seed-doubling" in capsys.readouterr().err
    assert not out.exists()


def test_unknown_scale_is_refused_with_those_there_are(room, out, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["reproduce", "seed-doubling", "--scale", "huge", "--out", str(out)])
    assert stopped.value.code == 2
    assert "quick" in capsys.readouterr().err
    assert main(["reproduce", "seed-doubling", "--scale", "paper", "--out", str(out)]) == 1
    assert "it has quick, full" in capsys.readouterr().err


def test_list_shows_name_title_and_source(room, capsys):
    assert main(["list"]) == 0
    shown = capsys.readouterr().out
    assert "seed-doubling: Twice the seed" in shown
    assert "derived here" in shown


def test_load_says_how_to_record_what_is_missing(out):
    with pytest.raises(ExperimentError, match="attnkit reproduce seed-doubling --scale full"):
        load("seed-doubling", folder=out)


def test_load_reads_the_checkout_from_any_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    results = Path(attnkit.__file__).parents[1] / "results"
    of_kernels = {"gpu.json", "kernels.json"}
    for path in results.glob("*.json"):
        if path.name not in of_kernels and not path.name.endswith(".partial.json"):
            assert load(path.stem)["name"] == path.stem


def test_lines_replace_the_bar_where_tqdm_is_missing(monkeypatch, capsys):
    real_import = builtins.__import__

    def without_tqdm(name, *arguments, **options):
        if name == "tqdm":
            raise ImportError(name)
        return real_import(name, *arguments, **options)

    monkeypatch.setattr(builtins, "__import__", without_tqdm)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert list(progress.bar([5, 7], total=2, title="two")) == [5, 7]
    assert "two: 2 of 2 units" in capsys.readouterr().err


@pytest.mark.parametrize("options", [["--workers", "1"], ["--workers", "2"]], ids="".join)
def test_ctrl_c_keeps_finished_units_and_the_same_command_goes_on(room, out, options, capsys):
    script = textwrap.dedent(f"""
        import signal, sys, attnkit
        attnkit.__path__.append({str(room.parent)!r})
        from attnkit.command import main
        # A shell's background job is started with Ctrl-C ignored.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.exit(main(["reproduce", "seed-doubling", "--scale", "full", "--out", {str(out)!r},
            *{options}]))
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", script],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    partial = out / "seed-doubling.full.partial.jsonl"
    _wait_until(lambda: partial.exists() and partial.read_text().count('"seed"') >= 2)
    process.send_signal(signal.SIGINT)
    message = process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert "of 9 units are kept" in message
    assert "Traceback" not in message
    kept = partial.read_text().count('"seed"')
    assert 2 <= kept < 9
    again = ["--scale", "full", "--workers", "1", "--out", str(out)]
    assert main(["reproduce", "seed-doubling", *again]) == 0
    assert f"{9 - kept} of {9 - kept} units" in capsys.readouterr().err
    assert len(load("seed-doubling", folder=out)["units"]) == 9


def _wait_until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)
