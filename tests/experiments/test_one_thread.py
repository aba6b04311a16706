"""One thread inside a block, for torch and for numpy; what was before when the last block ends."""

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from attnkit.experiments import run
from attnkit.experiments.measure import Call, attempt
from attnkit.experiments.one_thread import _libraries, one_thread
from tests.experiments.units_elsewhere import experiment

threadpoolctl = pytest.importorskip("threadpoolctl")


@pytest.fixture
def two():
    """Two threads for both, and as many as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    with threadpoolctl.threadpool_limits(2, user_api="blas"):
        yield
    torch.set_num_threads(before)


def threads():
    blas = {
        each["num_threads"]
        for each in threadpoolctl.threadpool_info()
        if "blas" in each["user_api"]
    }
    return torch.get_num_threads(), blas


def test_torch_and_numpy_have_one_thread_and_both_are_restored(two):
    with one_thread():
        assert threads() == (1, {1})
    assert threads() == (2, {2})


def test_a_block_that_ends_inside_another_changes_nothing(two):
    with one_thread():
        other = threading.Thread(target=_open_and_close)
        other.start()
        other.join()
        assert threads() == (1, {1})
    assert threads() == (2, {2})


def _open_and_close():
    with one_thread():
        pass


def test_a_pool_of_threads_leaves_both_as_they_were(two):
    with ThreadPoolExecutor(3) as pool:
        result = run(experiment(_seen, {"a": 1}, seeds=30), executor=pool)
    assert {json.dumps(unit["result"]) for unit in result["units"]} == {'{"seen": [1, 1]}'}
    assert threads() == (2, {2})


def test_a_worker_limits_itself(two):
    answer = attempt("token", Call("seen", _seen, "cpu"), [({}, 0)])
    assert answer["outcomes"][0]["result"] == {"seen": [1, 1]}
    assert threads() == (2, {2})


def _seen(case, *, seed, device):
    time.sleep(0.01 * (seed % 3))
    torch_threads, blas = threads()
    return {"seen": [torch_threads, max(blas)]}


def test_without_threadpoolctl_torch_has_one_thread(two, monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    _libraries.cache_clear()
    with one_thread():
        assert torch.get_num_threads() == 1
    _libraries.cache_clear()
