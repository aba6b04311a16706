#!/usr/bin/env bash
# jaxtyping's run-time check inside a function that torch.compile traces.
#
# Expected: a call that passes eagerly passes when it is compiled, or the check is skipped there.
# Seen with jaxtyping 0.3.11, beartype 0.23.1, torch 2.13.0: a tensor of shape (3, 5) is refused as
# "*batch n" with a TypeCheckError, although the message itself lists batch=(3,), n=5. With
# fullgraph=True the wrapper cannot be traced at all.
#
# Why it matters here: shapes are checked in the tests, functions are compiled in the tests, and the
# two must not meet: checks of arguments have to be off inside traced code.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.5 jaxtyping==0.3.11 beartype==0.23.1
cat > "$tmp/checked.py" <<'PY'
import logging

import torch
from beartype import beartype
from jaxtyping import Float, TypeCheckError, jaxtyped
from torch import Tensor

logging.getLogger("torch._dynamo").setLevel(logging.ERROR)


@jaxtyped(typechecker=beartype)
def shifted(x: Float[Tensor, "*batch n"], by: Float[Tensor, "n"]) -> Float[Tensor, "*batch n"]:
    return 2 * x + by


x, by = torch.ones(3, 5), torch.ones(5)
assert shifted(x, by).shape == (3, 5)
try:
    torch.compile(shifted, backend="aot_eager")(x, by)
except TypeCheckError as error:
    assert "batch=" in str(error) and "n=5" in str(error), error
    print("the same call, compiled: TypeCheckError,", str(error).splitlines()[1])
else:
    raise SystemExit("the compiled call passes now")
torch._dynamo.reset()
try:
    torch.compile(shifted, backend="aot_eager", fullgraph=True)(x, by)
except torch._dynamo.exc.Unsupported as error:
    print("with fullgraph=True: Unsupported,", str(error).splitlines()[0])
else:
    raise SystemExit("the wrapper can be traced whole now")
PY
"$tmp/venv/bin/python" "$tmp/checked.py"
