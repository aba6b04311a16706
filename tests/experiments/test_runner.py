"""Running: order, resuming, interruption, threads, provenance, and refusals that lose nothing."""

import json
import re

import numpy as np
import pytest
import torch

from attnkit.experiments import Experiment, ExperimentError, load, run
from attnkit.experiments.provenance import versions

CASES = [{"width": 3}, {"width": 5}]


def measure(case, *, seed, device):
    return {"area": float(case["width"] * 10 + seed), "threads": torch.get_num_threads()}


def experiment(function=measure, **changes):
    fields = {
        "name": "areas",
        "title": "Areas",
        "source": "derived here",
        "cases": {"quick": CASES, "full": [*CASES, {"width": 7}]},
        "seeds": {"quick": 2, "full": 3},
        "run": function,
    }
    return Experiment(**(fields | changes))


def counting(function=measure, fail_at=None, error=None):
    calls = []

    def counted(case, *, seed, device):
        calls.append((case["width"], seed))
        if len(calls) == fail_at:
            raise error
        return function(case, seed=seed, device=device)

    return counted, calls


def lines_of(partial):
    """The units in a partial file: its lines but those that name a context."""
    lines = map(json.loads, partial.read_text().splitlines())
    return [line for line in lines if "context" not in line]


def areas(result):
    return [unit["result"]["area"] for unit in result["units"]]


def test_every_case_and_seed_runs_once_in_order():
    result = run(experiment())
    assert areas(result) == [30.0, 31.0, 50.0, 51.0]
    assert [(u["case"], u["seed"]) for u in result["units"]] == [
        (case, seed) for case in CASES for seed in range(2)
    ]


def test_scale_and_seeds_choose_the_units():
    assert areas(run(experiment(), scale="full", seeds=1)) == [30.0, 50.0, 70.0]


def test_result_is_recorded_and_loaded_unchanged(tmp_path):
    result = run(experiment(), folder=tmp_path)
    assert load("areas", folder=tmp_path) == result
    assert [path.name for path in tmp_path.iterdir()] == ["areas.json"]
    assert (tmp_path / "areas.json").stat().st_mode & 0o444 == 0o444  # everyone may read it


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run(experiment())
    assert list(tmp_path.iterdir()) == []


def test_one_thread_inside_and_restored_after_success_and_failure():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        assert all(unit["result"]["threads"] == 1 for unit in run(experiment())["units"])
        assert torch.get_num_threads() == 2
        failing, _ = counting(fail_at=1, error=RuntimeError("no"))
        with pytest.raises(RuntimeError):
            run(experiment(failing))
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("broken unit")])
def test_a_stopped_run_goes_on_where_it_stopped(tmp_path, error):
    stopping, first = counting(fail_at=3, error=error)
    with pytest.raises(type(error)):
        run(experiment(stopping), folder=tmp_path)
    going_on, second = counting()
    result = run(experiment(going_on), folder=tmp_path)
    assert first == [(3, 0), (3, 1), (5, 0)]
    assert second == [(5, 0), (5, 1)]
    assert areas(result) == [30.0, 31.0, 50.0, 51.0]
    assert not list(tmp_path.glob("*.partial.json"))


def test_an_interruption_says_what_is_kept_and_how_to_go_on(tmp_path):
    stopping, _ = counting(fail_at=3, error=KeyboardInterrupt())
    with pytest.raises(
        KeyboardInterrupt, match=r"2 of 4 units are kept.*reproduce areas --scale quick"
    ):
        run(experiment(stopping), folder=tmp_path)


def test_units_of_another_configuration_are_not_taken_over(tmp_path):
    stopping, _ = counting(fail_at=4, error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run(experiment(stopping), folder=tmp_path)
    going_on, calls = counting()
    changed = {"quick": [{"width": 3}, {"width": 5, "depth": 2}], "full": CASES}
    run(experiment(going_on, cases=changed), folder=tmp_path)
    assert calls == [(5, 0), (5, 1)]


def test_units_of_another_scale_or_other_code_are_not_taken_over(tmp_path, monkeypatch):
    stopping, _ = counting(fail_at=4, error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run(experiment(stopping), folder=tmp_path)
    full, calls = counting()
    run(experiment(full), scale="full", seeds=1, folder=tmp_path)
    assert calls == [(3, 0), (5, 0), (7, 0)]
    (tmp_path / "areas.json").unlink()
    monkeypatch.setattr("attnkit.experiments.partial._source", lambda _: "edited")
    edited, calls = counting()
    run(experiment(edited), folder=tmp_path)
    assert len(calls) == 4


@pytest.mark.parametrize("package", ["attnkit", "torch", "numpy", "python"])
def test_units_of_other_versions_are_not_taken_over(tmp_path, monkeypatch, package):
    stopping, _ = counting(fail_at=4, error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        run(experiment(stopping), folder=tmp_path)
    upgraded = versions() | {package: "another"}
    monkeypatch.setattr("attnkit.experiments.partial.versions", lambda: upgraded)
    afresh, calls = counting()
    run(experiment(afresh), folder=tmp_path)
    assert len(calls) == 4


def test_provenance_names_versions_and_day_but_nobody(tmp_path):
    text = json.dumps(run(experiment(), folder=tmp_path)["provenance"])
    kept = json.loads(text)
    assert kept["torch"] == torch.__version__
    assert kept["numpy"] == np.__version__
    assert kept["device"] == "cpu"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", kept["date"])
    assert kept["wall_s"] >= 0
    assert str(tmp_path) not in (tmp_path / "areas.json").read_text()
    assert "/" not in text
    assert set(kept) == {
        *("attnkit", "torch", "numpy", "python", "platform", "device", "wall_s", "date"),
        *("executor", "workers"),
    }


def test_tensors_arrays_and_none_become_plain_json(tmp_path):
    def arrays(case, *, seed, device):
        return {
            "curve": torch.arange(3.0),
            "mean": np.float64(0.5),
            "limit": None,
            "pairs": ((1, 2),),
        }

    run(experiment(arrays), folder=tmp_path)
    unit = load("areas", folder=tmp_path)["units"][0]
    assert unit["result"] == {
        "curve": [0.0, 1.0, 2.0], "mean": 0.5, "limit": None, "pairs": [[1, 2]]
    }  # fmt: skip


@pytest.mark.parametrize("bad", [float("nan"), [1.0, float("inf")], torch.tensor([1.0, torch.nan])])
def test_a_result_that_is_not_finite_is_refused_and_finished_units_stay(tmp_path, bad):
    def diverges(case, *, seed, device):
        return {"loss": bad if case["width"] == 5 else 1.0}

    with pytest.raises(ExperimentError, match=r"areas, case .*5.*seed 0: loss.* is (nan|inf)"):
        run(experiment(diverges), folder=tmp_path)
    assert len(lines_of(tmp_path / "areas.quick.partial.jsonl")) == 2


@pytest.mark.parametrize("result", [3.0, {"model": object()}])
def test_a_result_that_is_no_number_is_refused(result):
    with pytest.raises(ExperimentError, match="must"):
        run(experiment(lambda case, *, seed, device: result))


def test_a_smaller_run_does_not_replace_a_larger_result(tmp_path):
    run(experiment(), scale="full", folder=tmp_path)
    before = (tmp_path / "areas.json").read_bytes()
    for scale, seeds in [("quick", None), ("full", 2)]:
        counted, calls = counting()
        with pytest.raises(ExperimentError, match="holds a larger result"):
            run(experiment(counted), scale=scale, seeds=seeds, folder=tmp_path)
        assert calls == []
    assert (tmp_path / "areas.json").read_bytes() == before
    assert len(run(experiment(), scale="full", seeds=4, folder=tmp_path)["units"]) == 12


PARTIAL = "areas.quick.partial.jsonl"


@pytest.mark.parametrize("name", ["areas.json", "areas.quick.partial.json", PARTIAL])
@pytest.mark.parametrize("text", ["{not json", "[]", "{}", "\x00\xff"])
def test_a_damaged_file_is_named_and_left_as_it_is(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    counted, calls = counting()
    with pytest.raises(ExperimentError, match=re.escape(name)):
        run(experiment(counted), folder=tmp_path)
    assert calls == []
    assert (tmp_path / name).read_text() == text


UNIT = {"case": {}, "seed": 0, "result": {}, "wall_s": 0.1}


@pytest.mark.parametrize(
    "units",
    [3, "units", None, [3], {"key": 3}, {"key": {}}, *([UNIT | {k: "x"}] for k in UNIT)],
    ids=str,
)
@pytest.mark.parametrize("name", ["areas.json", "areas.quick.partial.json"])
def test_a_file_with_units_of_another_kind_is_named_and_left(tmp_path, name, units):
    whole = {"name": "areas", "scale": "quick", "source": "", "provenance": {}, "units": units}
    text = json.dumps(whole)
    (tmp_path / name).write_text(text)
    with pytest.raises(ExperimentError, match=re.escape(name)):
        run(experiment(), folder=tmp_path)
    assert (tmp_path / name).read_text() == text


@pytest.mark.parametrize("line", ["{torn", "3", "{}", *(json.dumps(UNIT | {k: "x"}) for k in UNIT)])
def test_a_partial_file_with_a_line_of_another_kind_is_named_and_left(tmp_path, line):
    text = f'{{"context": "0"}}\n{line}\n{json.dumps(UNIT)}\n'
    (tmp_path / PARTIAL).write_text(text)
    with pytest.raises(ExperimentError, match=re.escape(PARTIAL)):
        run(experiment(), folder=tmp_path)
    assert (tmp_path / PARTIAL).read_text() == text


def test_a_partial_file_with_a_list_of_units_is_named(tmp_path):
    (tmp_path / "areas.quick.partial.json").write_text('{"units": []}')
    with pytest.raises(ExperimentError, match="units by their keys, got list"):
        run(experiment(), folder=tmp_path)


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(tmp_path):
    (tmp_path / "file").write_text("")
    counted, calls = counting()
    with pytest.raises(ExperimentError, match=r"cannot write .* --out"):
        run(experiment(counted), folder=tmp_path / "file" / "results")
    assert calls == []


def test_a_read_only_folder_is_refused_before_any_work(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("attnkit.experiments.lines.open", refuse, raising=False)
    counted, calls = counting()
    with pytest.raises(ExperimentError, match="Permission denied"):
        run(experiment(counted), folder=tmp_path)
    assert calls == []


def test_a_write_that_fails_half_way_leaves_the_old_file(tmp_path, monkeypatch):
    run(experiment(), folder=tmp_path)
    before = (tmp_path / "areas.json").read_bytes()

    def disk_full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("attnkit.experiments.store.os.replace", disk_full)
    with pytest.raises(ExperimentError, match="No space left"):
        run(experiment(), folder=tmp_path)
    assert (tmp_path / "areas.json").read_bytes() == before
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"areas.json", "areas.quick.partial.jsonl"}
    monkeypatch.undo()
    counted, calls = counting()
    run(experiment(counted), folder=tmp_path)
    assert calls == []  # the finished units were kept


def test_unknown_scale_device_and_seeds_are_refused():
    with pytest.raises(ExperimentError, match="no scale 'paper'; it has quick, full"):
        run(experiment(), scale="paper")
    with pytest.raises(ExperimentError, match="cpu or cuda, got 'tpu'"):
        run(experiment(), device="tpu")
    for seeds in (0, -3, 10**12):
        with pytest.raises(ExperimentError, match=f"seeds must be .*, got {seeds}"):
            run(experiment(), seeds=seeds)


@pytest.mark.parametrize("seeds", [2.5, True, "3", [1]])
def test_seeds_of_another_kind_are_refused(seeds):
    with pytest.raises((TypeError, ValueError), match="seeds must be an integer"):
        run(experiment(), seeds=seeds)


@pytest.mark.skipif(torch.cuda.is_available(), reason="a CUDA device is there")
def test_a_missing_cuda_device_is_said():
    with pytest.raises(ExperimentError, match="finds no CUDA device"):
        run(experiment(), device="cuda")


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_cuda_device_reaches_the_unit_and_is_named():
    def on_device(case, *, seed, device):
        return {"area": torch.ones(case["width"], device=device).sum()}

    result = run(experiment(on_device), device="cuda")
    assert areas(result) == [3.0, 3.0, 5.0, 5.0]
    assert result["provenance"]["device"] == torch.cuda.get_device_name()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "Bad Name"}, "lower-case words"),
        ({"cases": {"huge": CASES}}, "keys among"),
        ({"seeds": {"quick": 2}}, "for each scale"),
        ({"seeds": {"quick": 2, "full": 0}}, ">= 1"),
        ({"cases": {"quick": [], "full": CASES}}, "non-empty"),
        ({"cases": {"quick": CASES + CASES, "full": CASES}}, "distinct"),
        ({"cases": {"quick": [{"x": float("nan")}], "full": CASES}}, "plain JSON"),
        ({"cases": {"quick": [{"x": measure}], "full": CASES}}, "plain JSON"),
    ],
)
def test_an_inconsistent_declaration_is_refused(changes, message):
    with pytest.raises(ExperimentError, match=message):
        experiment(**changes)
