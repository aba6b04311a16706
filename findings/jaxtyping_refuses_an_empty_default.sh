#!/usr/bin/env bash
# A function with an argument whose default is `inspect.Parameter.empty`, checked at run time.
#
# Expected: checking the types of a call changes neither what it accepts nor what it returns; a
# default is what Python uses when the argument is left out, whatever object it is. Code that looks
# at signatures hands this very object around as "there was no default", and may well have it as one.
# Seen with jaxtyping 0.3.11 and beartype 0.23.1: `rule(int)` returns without the decorator and with
# beartype alone; under `jaxtyped` it raises TypeError "missing a required argument: 'default'", as
# the call is bound by an `inspect.Signature`, to which that default means none.
#
# Why it matters here: tests run with the check on, so a right call failed there and nowhere else.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet jaxtyping==0.3.11 beartype==0.23.1
cat > "$tmp/check.py" <<'PY'
import importlib.metadata
import inspect

from beartype import beartype
from jaxtyping import jaxtyped


def rule(annotation: object, default: object = inspect.Parameter.empty) -> bool:
    return default is inspect.Parameter.empty


assert rule(int)
assert beartype(rule)(int)
checked = jaxtyped(typechecker=beartype)(rule)
try:
    checked(int)
except TypeError as error:
    assert "missing a required argument: 'default'" in str(error), error
    seen = str(error)
else:
    raise AssertionError("the call is accepted now")
assert checked(int, inspect.Parameter.empty)
version = importlib.metadata.version("jaxtyping")
print(f"jaxtyping {version}: rule(int) is right without the check, with it: {seen}")
PY
"$tmp/venv/bin/python" "$tmp/check.py"
