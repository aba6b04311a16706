"""The partial file: it only grows, survives a crash, and one of an earlier version is taken up."""

import hashlib
import inspect
import itertools
import json

import pytest

from attnkit.experiments import run
from attnkit.experiments.partial import Partial
from attnkit.experiments.plan import Plan
from attnkit.experiments.provenance import versions
from attnkit.experiments.store import write_result
from tests.experiments.units_elsewhere import experiment

NAME = "elsewhere.quick.partial.jsonl"
CASES = [{"width": 3}, {"width": 5, "ö": [1, None]}]


def area(case, *, seed, device):
    return {"area": case["width"] * 10.0 + seed}


AREAS = experiment(area, *CASES, seeds=3)


def partial(folder):
    return Partial(Plan.of(AREAS, scale="quick", seeds=None, device="cpu"), folder)


def fill(folder, places):
    """Finish the units at these places, in this order, and stop; return what the file held."""
    with partial(folder) as kept:
        seen = []
        for place in places:
            kept.add(place, {"area": float(place)}, 0.25)
            seen.append((folder / NAME).read_bytes())
    return seen


def test_each_unit_adds_a_line_and_changes_none(tmp_path):
    seen = fill(tmp_path, [4, 1, 5])
    for before, after in itertools.pairwise(seen):
        assert after.startswith(before)
        assert after[len(before) :].count(b"\n") == 1
    assert len(seen[-1]) < 400


def test_units_are_in_order_whenever_they_finished(tmp_path):
    fill(tmp_path, [4, 1, 5])
    with partial(tmp_path) as kept:
        assert [record["result"]["area"] for record in kept.records()] == [1.0, 4.0, 5.0]
        assert [(r["case"], r["seed"]) for r in kept.records()] == [
            (CASES[0], 1), (CASES[1], 1), (CASES[1], 2)
        ]  # fmt: skip
        assert list(kept.missing()) == [0, 2, 3]
        assert kept.seconds == 0.75


@pytest.mark.parametrize("cut", [1, 7, 60])
def test_a_line_torn_by_a_crash_is_dropped_and_its_unit_done_again(tmp_path, cut):
    whole = fill(tmp_path, [0, 1, 2])[-1]
    (tmp_path / NAME).write_bytes(whole[:-cut])
    with partial(tmp_path) as kept:
        assert list(kept.missing()) == [2, 3, 4, 5]
        kept.add(2, {"area": 2.0}, 0.25)
    assert (tmp_path / NAME).read_bytes() == whole


def test_an_empty_file_is_a_run_that_ended_before_it_began(tmp_path):
    (tmp_path / NAME).write_bytes(b"")
    assert len(run(AREAS, folder=tmp_path)["units"]) == 6


def test_the_file_of_other_code_is_kept_and_taken_up_when_the_code_is_back(tmp_path, monkeypatch):
    fill(tmp_path, [0, 1])
    with monkeypatch.context() as patched:
        patched.setattr("attnkit.experiments.partial._source", lambda _: "edited")
        with partial(tmp_path) as kept:
            assert kept.n_missing == 6
            kept.add(5, {"area": -1.0}, 0.0)
    with partial(tmp_path) as kept:
        assert list(kept.missing()) == [2, 3, 4, 5]


def test_a_partial_file_of_an_earlier_version_is_taken_up(tmp_path):
    """Its units were known by a fingerprint of context, case and seed."""
    source = inspect.getsource(inspect.getmodule(area))
    units = {}
    for case, seed in [(CASES[0], 2), (CASES[1], 0), ({"width": 7}, 0)]:
        text = json.dumps(
            ["elsewhere", "quick", "cpu", versions(), source, case, seed], sort_keys=True
        )
        key = hashlib.sha256(text.encode()).hexdigest()[:16]
        units[key] = {"case": case, "seed": seed, "result": {"area": 7.0}, "wall_s": 1.0}
    old = tmp_path / "elsewhere.quick.partial.json"
    old.write_text(json.dumps({"units": units}))
    with partial(tmp_path) as kept:
        assert list(kept.missing()) == [0, 1, 4, 5]
    assert old.exists()
    result = run(AREAS, folder=tmp_path)
    assert [unit["result"]["area"] for unit in result["units"]].count(7.0) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["elsewhere.json"]


def test_a_result_written_unit_by_unit_is_that_of_json(tmp_path):
    units = [{"case": CASES[1], "seed": 0, "result": {"line\n": ['"units": []', {}]}, "wall_s": 1}]
    head = {"title": 'of "units": [] here', "units": [], "provenance": {"torch": "2"}}
    for content in (units, units * 3):
        write_result(tmp_path / "a.json", head, iter(content))
        wanted = json.dumps(head | {"units": content}, indent=1, ensure_ascii=False) + "\n"
        assert (tmp_path / "a.json").read_text() == wanted


def test_a_million_units_are_not_listed():
    units = experiment(area, *CASES).units("quick", 500_000)
    assert len(units) == 1_000_000
    assert units[999_999] == (CASES[1], 499_999)
    assert units[500_000:500_002][0] == (CASES[1], 0)
    assert units.place(CASES[1], 3) == 500_003
    assert units.place({"width": 9}, 3) is None
    assert units.place(CASES[1], 500_000) is None
    with pytest.raises(IndexError):
        units[1_000_000]
