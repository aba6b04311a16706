"""Any executor: the same bytes wherever units run, and nothing lost when a worker dies."""

import json
import logging
import os
import signal
import threading
import time
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor

import pytest

from attnkit.experiments import ExperimentError, ProcessPool, UnitsFailed, load, run
from attnkit.experiments import flight as flight_module
from tests.experiments.units_elsewhere import SPECTRA, deadly, experiment, initial, marked

pytestmark = pytest.mark.xdist_group("pool")  # which starts once


@pytest.fixture(scope="module")
def pool():
    """Two processes for the module, as a start costs seconds."""
    with ProcessPool(2) as running:
        yield running


def recorded(folder):
    """The bytes of the result without what is measured: provenance and seconds."""
    result = load("elsewhere", folder=folder)
    del result["provenance"]
    for unit in result["units"]:
        del unit["wall_s"]
    return json.dumps(result)


def calls(folder):
    """How often each seed was begun."""
    seeds = [int(mark.name.split("-")[0]) for mark in folder.glob("*-*-*")]
    return {seed: seeds.count(seed) for seed in sorted(set(seeds))}


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    """What one process records."""
    folder = tmp_path_factory.mktemp("here")
    run(SPECTRA, folder=folder)
    return recorded(folder)


class Polled:
    """The least an executor may be: futures without callbacks, in an order of its own."""

    def __init__(self):
        self.waiting = []

    def submit(self, function, *arguments):
        self.waiting.append(_Job(function, arguments, self.waiting))
        return self.waiting[-1]


class _Job:
    def __init__(self, function, arguments, waiting):
        self.call, self.waiting, self.value = (function, arguments), waiting, None

    def done(self):
        """The last that was submitted is done first."""
        if self.waiting and self.waiting[-1] is self:
            self.waiting.pop()
            function, arguments = self.call
            self.value = function(*arguments)
        return self.value is not None

    def result(self):
        return self.value


def test_threads_give_the_same_bytes(tmp_path, here):
    with ThreadPoolExecutor(3) as threads:
        result = run(SPECTRA, folder=tmp_path, executor=threads)
    assert recorded(tmp_path) == here
    assert result["provenance"]["executor"] == "ThreadPoolExecutor"


def test_threads_share_no_first_weights(tmp_path):
    run(experiment(initial, {}), folder=tmp_path / "here")
    with ThreadPoolExecutor(4) as threads:
        run(experiment(initial, {}), folder=tmp_path / "there", executor=threads)
    assert recorded(tmp_path / "there") == recorded(tmp_path / "here")


def test_futures_that_can_only_be_asked_give_the_same_bytes(tmp_path, here):
    run(SPECTRA, folder=tmp_path, executor=Polled())
    assert recorded(tmp_path) == here


def test_the_pool_gives_the_same_bytes_and_one_thread_to_each_unit(tmp_path, here, pool):
    result = run(SPECTRA, folder=tmp_path, executor=pool)
    assert recorded(tmp_path) == here
    assert {unit["result"]["threads"] for unit in result["units"]} == {1}
    about = result["provenance"]
    assert about["executor"] == "ProcessPool"
    assert about["workers"] in (1, 2)


@pytest.mark.parametrize("failure", ["exit", "kill", "leave", "unsendable", "memory"])
def test_a_unit_that_dies_once_is_told_and_done_again(tmp_path, pool, caplog, failure):
    case = {"marks": str(tmp_path), "failure": failure, "times": 1}
    with caplog.at_level(logging.WARNING):
        result = run(experiment(deadly, case), executor=pool)
    assert [unit["result"]["seed"] for unit in result["units"]] == list(range(8))
    assert calls(tmp_path) == dict.fromkeys(range(8), 1) | {3: 2}
    (told,) = caplog.messages
    assert "seed 3: " in told
    assert "tried once more" in told


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        ("exit", "exit code 5"),
        ("kill", "SIGKILL"),
        ("leave", "SystemExit: 7"),
        ("unsendable", "Unsendable"),
        ("memory", "MemoryError: no room"),
        ("wrong", "ZeroDivisionError: one by none"),
    ],
)
def test_a_unit_that_dies_twice_loses_no_other(tmp_path, pool, failure, told):
    case = {"marks": str(tmp_path / "marks"), "failure": failure, "times": 2}
    (tmp_path / "marks").mkdir()
    dying = experiment(deadly, case)
    with pytest.raises(UnitsFailed, match=f"(?s)1 of 8.*seed 3: .*{told}.*7 of 8 units") as caught:
        run(dying, executor=pool, folder=tmp_path)
    assert [(each["case"], each["seed"]) for each in caught.value.failed] == [(case, 3)]
    result = run(dying, executor=pool, folder=tmp_path)
    assert [unit["seed"] for unit in result["units"]] == list(range(8))
    assert calls(tmp_path / "marks") == dict.fromkeys(range(8), 1) | {3: 3}


def test_without_a_folder_the_error_brings_what_is_finished(tmp_path, pool):
    case = {"marks": str(tmp_path), "failure": "wrong", "times": 2}
    with pytest.raises(UnitsFailed) as caught:
        run(experiment(deadly, case), executor=pool)
    assert [unit["seed"] for unit in caught.value.finished] == [0, 1, 2, 4, 5, 6, 7]
    assert "in deadly" in caught.value.__notes__[0]


def test_a_fault_of_all_units_stops_the_run_soon(pool):
    with pytest.raises(UnitsFailed, match=r"the first 1\d units failed(?s:.*)KeyError"):
        run(experiment(marked, {"no": "marks"}, seeds=500), executor=pool)


class Interrupted:
    """A progress that is interrupted after so many units."""

    def __init__(self, after):
        self.after = after

    def __call__(self, units, *, total, title):
        for done, unit in enumerate(units, start=1):
            yield unit
            if done == self.after:
                raise KeyboardInterrupt


def test_an_interrupt_cancels_what_has_not_started_and_keeps_what_finished(tmp_path):
    (tmp_path / "marks").mkdir()
    case = {"marks": str(tmp_path / "marks"), "seconds": 0.15}
    naps = experiment(marked, case, seeds=30)
    with (
        pytest.raises(KeyboardInterrupt, match=r"of 30 units are kept"),
        ThreadPoolExecutor(2) as threads,
    ):
        run(naps, executor=threads, folder=tmp_path, progress=Interrupted(3))
    begun = calls(tmp_path / "marks")
    assert 3 <= len(begun) <= 6
    run(naps, executor=Polled(), folder=tmp_path)
    again = {seed: n for seed, n in calls(tmp_path / "marks").items() if n > 1}
    assert len(again) <= 2  # those that ran when it was interrupted
    assert set(again) <= set(begun)


def test_an_interrupt_ends_the_processes_of_the_pool_at_once(tmp_path):
    case = {"marks": str(tmp_path), "seconds": 60.0}
    threading.Thread(target=_interrupt_once, args=(tmp_path,), daemon=True).start()
    with pytest.raises(KeyboardInterrupt), ProcessPool(1) as pool:
        run(experiment(marked, case), executor=pool)
    assert len(calls(tmp_path)) == 1
    start = time.monotonic()
    pool.shutdown()
    assert time.monotonic() - start < 10


def _interrupt_once(folder):
    while not list(folder.iterdir()):
        time.sleep(0.02)
    os.kill(os.getpid(), signal.SIGINT)


class Breaking:
    """An executor that breaks with its sixth call."""

    def __init__(self):
        self.calls = 0

    def submit(self, function, *arguments):
        self.calls += 1
        future = Future()
        if self.calls < 6:
            future.set_result(function(*arguments))
        else:
            future.set_exception(BrokenExecutor("a worker is gone"))
        return future


def test_an_executor_that_breaks_is_told_with_its_units_and_what_is_kept(tmp_path):
    with pytest.raises(
        ExperimentError, match=r"(?s)a worker is gone.*case .*53.*seed 2.*5 of 6 units are kept in"
    ):
        run(SPECTRA, folder=tmp_path, executor=Breaking())


def test_a_pool_that_is_shut_down_is_told():
    with ThreadPoolExecutor(1) as threads:
        pass
    with pytest.raises(ExperimentError, match=r"the executor stopped .*after shutdown"):
        run(SPECTRA, executor=threads)


def test_what_no_pool_can_send_is_refused_before_any_work(pool):
    with pytest.raises(ExperimentError, match="put it into a module, or use loky or Dask"):
        run(experiment(lambda case, *, seed, device: {}, {"width": 3}), executor=pool)
    with pytest.raises(TypeError, match=r"must have submit\(function, \*args\), got int"):
        run(SPECTRA, executor=3)


class Counting(ThreadPoolExecutor):
    """How many units each submission had, and how many of both were under way at most."""

    def __init__(self, workers):
        super().__init__(workers)
        self.sizes, self.under_way, self.most, self.most_units = [], [], 0, 0

    def submit(self, function, token, call, units):
        self.sizes.append(len(units))
        self.under_way = [each for each in self.under_way if not each[0].done()]
        self.under_way.append((super().submit(function, token, call, units), len(units)))
        self.most = max(self.most, len(self.under_way))
        self.most_units = max(self.most_units, sum(size for _, size in self.under_way))
        return self.under_way[-1][0]


def test_few_submissions_are_under_way_and_short_units_travel_together(monkeypatch):
    monkeypatch.setattr(flight_module, "FIRST", 4)
    monkeypatch.setattr(flight_module, "WINDOW", 6)
    monkeypatch.setattr(flight_module, "UNITS", 300)
    with Counting(2) as threads:
        run(experiment(_nothing, {"a": 1}, seeds=5000), executor=threads)
    assert threads.most <= 6
    assert threads.most_units < 300 + 256
    assert max(threads.sizes) > 50
    assert len(threads.sizes) < 500


def _nothing(case, *, seed, device):
    return {}


def test_a_long_unit_among_short_ones_lets_the_others_go_elsewhere():
    with Counting(2) as threads:
        result = run(experiment(_seldom_long, {"a": 1}, seeds=400), executor=threads)
    assert [unit["result"]["seed"] for unit in result["units"]] == list(range(400))


def _seldom_long(case, *, seed, device):
    time.sleep(0.15 if seed % 100 == 99 else 0.0)
    return {"seed": seed}


def test_two_runs_at_once_in_a_folder_are_refused(tmp_path):
    def second(units, *, total, title):
        with pytest.raises(ExperimentError, match=r"another run is writing .*partial\.jsonl"):
            run(SPECTRA, folder=tmp_path)
        return units

    run(SPECTRA, folder=tmp_path, progress=second)
    assert run(SPECTRA, folder=tmp_path)["units"]
