#!/usr/bin/env bash
# pytest-xdist's `--dist loadgroup`, which keeps tests of one group on one worker.
#
# Expected: with pytest 9.2 as with 9.1, tests that share `xdist_group` run on one worker.
# Seen with pytest-xdist 3.8.0: with pytest 9.1.1 they do; with 9.2.0 the group is not looked at, the
# tests of one group run on both workers, and nothing is said.
#
# Why it matters here: one worker builds the site for a group of tests; with 9.2 both did, at once,
# in one folder.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat > "$tmp/test_group.py" <<'PY'
import os
import pathlib
import time

import pytest


@pytest.mark.xdist_group("one")
@pytest.mark.parametrize("i", range(20))
def test_where(i):
    time.sleep(0.02)
    pathlib.Path(os.environ["SEEN"], os.environ["PYTEST_XDIST_WORKER"]).touch()
PY
for version in 9.1.1 9.2.0; do
  python3 -m venv "$tmp/$version"
  "$tmp/$version/bin/pip" install --quiet "pytest==$version" pytest-xdist==3.8.0
  mkdir "$tmp/seen-$version"
  SEEN="$tmp/seen-$version" "$tmp/$version/bin/python" -m pytest -q -n 2 --dist loadgroup \
    -p no:cacheprovider "$tmp/test_group.py" >/dev/null
  echo "pytest $version, pytest-xdist 3.8.0: one group ran on $(ls "$tmp/seen-$version" | wc -l) worker(s)"
done
test "$(ls "$tmp/seen-9.1.1" | wc -l)" = 1
test "$(ls "$tmp/seen-9.2.0" | wc -l)" = 2
