#!/usr/bin/env bash
# torch.compile and the validation of arguments in torch.distributions.
#
# Expected: compiling one function leaves distributions made elsewhere as they were.
# Seen with torch 2.13.0: once a function that makes a distribution has been compiled, the default
# `validate_args` of every distribution in the process is False. A Normal with location NaN, refused
# with a ValueError before, is made without a word afterwards, in eager code too.
#
# Why it matters here: tests that expect a refusal passed or failed by the order they ran in, and a
# density that took torch's default stopped looking at its points.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.5
cat > "$tmp/compiled.py" <<'PY'
import torch
from torch.distributions import Normal


def makes_a_normal(x):
    return Normal(x, 1.0).log_prob(x)


nan = torch.tensor(float("nan"))
try:
    Normal(nan, 1.0)
except ValueError:
    print("before: a location that is NaN is refused")
else:
    raise SystemExit("NaN is taken from the start")
torch.compile(makes_a_normal, backend="aot_eager")(torch.ones(3))
print(f"torch {torch.__version__}, after compiling another function: {Normal(nan, 1.0)}")
PY
"$tmp/venv/bin/python" "$tmp/compiled.py"
