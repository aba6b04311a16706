"""The pool of processes: what it refuses, what it survives, and what its command line takes."""

import os
from argparse import Namespace
from concurrent.futures import BrokenExecutor

import pytest

import attnkit
from attnkit.command import main
from attnkit.experiments import ExperimentError, ProcessPool
from attnkit.experiments import command as command_module
from attnkit.experiments.command import _executor
from attnkit.experiments.processes import cores


@pytest.mark.parametrize("workers", [0, -1, 2000, 2.5, True, "two"])
def test_a_number_of_processes_that_is_none_is_refused(workers):
    with pytest.raises((TypeError, ValueError), match="workers must be"):
        ProcessPool(workers)


def test_a_call_after_the_end_is_refused():
    with ProcessPool(1) as pool:
        pass
    with pytest.raises(RuntimeError, match="shut down"):
        pool.submit(abs, -3)


class DiesOnArrival:
    """What ends the process that unpickles it."""

    def __reduce__(self):
        return os._exit, (9,)


class Unsendable(Exception):
    def __init__(self, one, two):
        super().__init__(one)


def _raise_unsendable():
    raise Unsendable("half", 2)


def test_results_errors_and_deaths_come_back_to_their_own_calls():
    with ProcessPool(2) as pool:
        good = [pool.submit(pow, 2, n) for n in range(20)]
        bad, gone = pool.submit(int, "x"), pool.submit(os._exit, 3)
        unsendable, arrived = pool.submit(_raise_unsendable), pool.submit(abs, DiesOnArrival())
        more = [pool.submit(pow, 3, n) for n in range(20)]
        assert [each.result() for each in good] == [2**n for n in range(20)]
        assert isinstance(bad.exception(), ValueError)
        assert "exit code 3" in str(gone.exception())
        assert "Unsendable: half" in str(unsendable.exception())
        assert "exit code 9" in str(arrived.exception())
        assert [each.result() for each in more] == [3**n for n in range(20)]


def test_a_process_that_ends_while_it_starts_tells_what_a_script_must_do(monkeypatch):
    monkeypatch.setattr(attnkit, "__path__", [*attnkit.__path__, DiesOnArrival()])
    with ProcessPool(1) as pool:
        future = pool.submit(abs, -3)
        assert isinstance(future.exception(), BrokenExecutor)
    assert "if __name__ == '__main__'" in str(future.exception())


def options(**changes):
    return Namespace(**({"workers": None, "dask": None, "device": "cpu"} | changes))


def test_there_are_as_many_processes_as_cores_and_no_more_than_units(monkeypatch):
    monkeypatch.setattr(command_module, "cores", lambda: 8)
    assert _executor(options(), 100).workers == 8
    assert _executor(options(), 5).workers == 5
    assert _executor(options(workers=3), 100).workers == 3
    for alone in [(options(), 1), (options(), 0), (options(workers=1), 9)]:
        assert not isinstance(_executor(*alone), ProcessPool)
    assert not isinstance(_executor(options(device="cuda"), 100), ProcessPool)
    assert 1 <= cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"workers": 0}, "from 1 to 1024, got 0"),
        ({"workers": 5000}, "from 1 to 1024, got 5000"),
        ({"workers": 2, "dask": "tcp://host:1"}, "has its own workers"),
        ({"workers": 2, "device": "cuda"}, "one process"),
        ({"dask": "local", "device": "cuda"}, "one process"),
    ],
)
def test_what_does_not_fit_together_is_refused(asked, told):
    with pytest.raises(ExperimentError, match=told):
        _executor(options(**asked), 9)


def test_the_command_says_how_many_workers_there_were(tmp_path, capsys):
    options = ["--scale", "quick", "--out", str(tmp_path), "--workers", "2"]
    assert main(["reproduce", "memory-forgetting", *options]) == 0
    assert "6 units in" in capsys.readouterr().out
