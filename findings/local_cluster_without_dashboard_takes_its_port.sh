#!/usr/bin/env bash
# A LocalCluster of Dask with `dashboard_address=None`.
#
# Expected: its documentation says "Set to `None` to disable the dashboard", so port 8787, the
# dashboard's, stays free; a second cluster, or a dashboard of somebody else, is not in the way.
# Seen with distributed 2026.8.0: the dashboard is gone, but the scheduler's other pages (health,
# metrics) are served at 8787 all the same, as that is the default of an address that is None. A second
# cluster warns "Port 8787 is already in use", which is an error where warnings are errors.
#
# Why it matters here: two runs with `--dask local` at once. Ours names 127.0.0.1:0 for these pages.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet distributed==2026.8.0 dask==2026.8.0
"$tmp/venv/bin/python" - <<'PY'
import warnings

import distributed


def ports(**options):
    """The port of the pages of each of two clusters at once, and what was warned of."""
    quiet = {"n_workers": 0, "processes": True, "host": "127.0.0.1"}
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        with distributed.LocalCluster(**quiet, **options) as one:
            with distributed.LocalCluster(**quiet, **options) as two:
                found = [each.scheduler.http_server.port for each in (one, two)]
    return found, [str(each.message).splitlines()[0] for each in warned]


taken, warned = ports(dashboard_address=None)
assert taken[0] == 8787, taken
told = [each for each in warned if "Port 8787 is already in use" in each]
assert told, warned
other = {"dashboard": False, "dashboard_address": "127.0.0.1:0"}
free, silent = ports(dashboard_address=None, scheduler_kwargs=other)
assert 8787 not in free, free
assert silent == [], silent
print(f"distributed {distributed.__version__}: without a dashboard, port {taken[0]} is taken; {told[0]}")
PY
