"""A real Dask cluster of two workers on the loopback interface, one of which is killed at work."""

import json
import os
import signal
import sys
import threading
import time

import psutil
import pytest

from attnkit.command import main
from attnkit.experiments import ExperimentError, load, run
from attnkit.experiments.cluster import dask_executor
from tests.experiments.units_elsewhere import SPECTRA, deadly, experiment, marked

pytest.importorskip("distributed", reason="needs the extra attnkit[cluster]")
pytestmark = pytest.mark.xdist_group("cluster")  # which starts once


@pytest.fixture(scope="module")
def cluster():
    """Two workers for the module, as a start costs seconds."""
    with dask_executor("local", 2) as executor:
        yield executor


def recorded(folder, name="elsewhere"):
    """The bytes of the result without what is measured: provenance and seconds."""
    result = load(name, folder=folder)
    for unit in (result, *result["units"]):
        unit.pop("provenance", unit.pop("wall_s", None))
    return json.dumps(result)


def test_a_cluster_gives_the_same_bytes(tmp_path, cluster):
    run(SPECTRA, folder=tmp_path / "here")
    result = run(SPECTRA, folder=tmp_path / "there", executor=cluster)
    assert recorded(tmp_path / "there") == recorded(tmp_path / "here")
    assert {unit["result"]["threads"] for unit in result["units"]} == {1}
    assert result["provenance"]["executor"] == "ClientExecutor"


def test_ctrl_c_is_for_this_process_alone(cluster):
    handlers = cluster._client.run(signal.getsignal, signal.SIGINT)
    assert set(handlers.values()) == {signal.SIG_IGN}
    assert signal.getsignal(signal.SIGINT) == signal.default_int_handler


def test_equal_submissions_are_computed_each_for_itself(tmp_path, cluster):
    """Dask answers equal calls with one result, unless it is told that they are not pure."""
    client = cluster._client
    for number, executor in enumerate([client.get_executor(), client]):
        folder = tmp_path / str(number)
        folder.mkdir()
        for _ in range(3):
            run(experiment(marked, {"marks": str(folder)}, seeds=2), executor=executor)
        assert len(list(folder.iterdir())) == 6


def test_a_worker_killed_at_work_changes_no_byte(tmp_path, cluster):
    case = {"marks": str(tmp_path / "marks"), "seconds": 0.2}
    (tmp_path / "marks").mkdir()
    naps = experiment(marked, case, seeds=16)
    killer = threading.Thread(target=_kill_the_first_at_work, args=(tmp_path / "marks",))
    killer.start()
    run(naps, folder=tmp_path / "there", executor=cluster)
    killer.join()
    assert len(list((tmp_path / "marks").iterdir())) > 16  # what died with it was begun anew
    run(naps, folder=tmp_path / "here")
    assert recorded(tmp_path / "there") == recorded(tmp_path / "here")


def _kill_the_first_at_work(marks):
    while len(list(marks.iterdir())) < 4:
        time.sleep(0.02)
    os.kill(int(next(marks.iterdir()).name.split("-")[1]), signal.SIGKILL)


def test_an_error_that_cannot_be_pickled_is_told_and_loses_no_other(tmp_path, cluster):
    case = {"marks": str(tmp_path), "failure": "unsendable", "times": 2}
    with pytest.raises(ExperimentError, match=r"seed 3: .*Unsendable") as caught:
        run(experiment(deadly, case), executor=cluster)
    assert len(caught.value.finished) == 7


def test_a_local_cluster_listens_on_loopback_alone_and_leaves_the_dashboards_port(cluster):
    family = [psutil.Process(), *psutil.Process().children(recursive=True)]
    listening = [
        each.laddr
        for process in family
        for each in process.net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 3  # the scheduler and the workers
    assert {address.ip for address in listening} == {"127.0.0.1"}
    assert 8787 not in {address.port for address in listening}


def test_the_command_runs_on_a_cluster_at_an_address(tmp_path, cluster, capsys):
    address = cluster._client.scheduler.address
    options = ["memory-forgetting", "--out", str(tmp_path)]
    assert main(["reproduce", *options, "--dask", address]) == 0
    assert load("memory-forgetting", folder=tmp_path)["provenance"]["executor"] == "ClientExecutor"
    assert main(["reproduce", *options, "--dask", address, "--workers", "2"]) == 1
    assert "has its own workers: no --workers" in capsys.readouterr().err


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nowhere://", "local:host"])
def test_an_address_without_a_scheduler_is_told(tmp_path, monkeypatch, capsys, address):
    monkeypatch.setattr("attnkit.experiments.cluster.TIMEOUT_S", 0.5)
    out = tmp_path / "results"
    assert main(["reproduce", "memory-forgetting", "--out", str(out), "--dask", address]) == 1
    assert f"no Dask scheduler answers at '{address}'" in capsys.readouterr().err


def test_the_missing_extra_is_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    options = ["--out", str(tmp_path), "--dask", "local"]
    assert main(["reproduce", "memory-forgetting", *options]) == 1
    assert 'pip install "attnkit[cluster]"' in capsys.readouterr().err
