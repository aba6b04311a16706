"""A Dask cluster as an executor, with the extra `attnkit[cluster]`."""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from attnkit.experiments.experiment import ExperimentError

__all__ = ["dask_executor"]

TIMEOUT_S = 5


@contextmanager
def dask_executor(address: str, workers: int) -> Iterator[Any]:
    """An executor of the cluster at this address; "local" starts one of so many processes.

    A local cluster listens on the loopback interface alone, and shows no dashboard.

    Raises
    ------
    ExperimentError
        If the extra is missing, or no scheduler answers there.
    """
    try:
        from distributed import Client, LocalCluster
    except ImportError:
        raise ExperimentError('a Dask cluster needs: pip install "attnkit[cluster]"') from None
    with ExitStack() as stack:
        if address == "local":
            with _deaf_to_ctrl_c():
                cluster = LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address=None,
                    # Without this, what serves the scheduler's health wants port 8787.
                    scheduler_kwargs={"dashboard_address": "127.0.0.1:0", "dashboard": False},
                )
            address = stack.enter_context(cluster)
        try:
            client = stack.enter_context(Client(address, timeout=TIMEOUT_S))
        except (OSError, ValueError) as error:
            raise ExperimentError(
                f"no Dask scheduler answers at {address!r} within {TIMEOUT_S} s ({error}); "
                "an address is like tcp://host:8786, or `local`"
            ) from None
        yield client.get_executor(pure=False, retries=0)


@contextmanager
def _deaf_to_ctrl_c() -> Iterator[None]:
    """Processes that start here leave Ctrl-C to this one, which then ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
