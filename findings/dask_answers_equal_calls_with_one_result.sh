#!/usr/bin/env bash
# A Dask client as an executor of `concurrent.futures`, and three calls of the same function.
#
# Expected: `client.get_executor()` is an Executor, whose `submit` schedules a call and returns the
# future of that execution; three calls are three executions, as in every pool of the standard library.
# Seen with distributed 2026.8.0: the function is called once, and all three futures have its result.
# Dask takes a function for pure unless it is told `pure=False`, also behind this interface.
#
# Why it matters here: three repeats of a measurement would be one number thrice. A run hands a token of
# its own to each submission, so that no two are equal.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet distributed==2026.8.0 dask==2026.8.0
"$tmp/venv/bin/python" - <<'PY'
import concurrent.futures
import random

import distributed


def draw():
    return random.random()


def three(executor):
    return {future.result() for future in [executor.submit(draw) for _ in range(3)]}


with concurrent.futures.ThreadPoolExecutor(1) as threads:
    assert len(three(threads)) == 3
with distributed.Client(processes=False, n_workers=1, dashboard_address="127.0.0.1:0") as client:
    assert isinstance(client.get_executor(), concurrent.futures.Executor)
    assert len(three(client.get_executor())) == 1
    assert len(three(client.get_executor(pure=False))) == 3
print(f"distributed {distributed.__version__}: three calls of one function gave one number")
PY
