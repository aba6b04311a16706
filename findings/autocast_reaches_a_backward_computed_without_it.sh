#!/usr/bin/env bash
# A product computed with autocast switched off, differentiated inside the autocast block.
#
# Expected: the gradient of a product computed in float32 is computed in float32; the documentation
# says that backward operations run in the type that autocast used for the forward ones.
# Seen with torch 2.13.0 on the CPU: the forward value is the float32 one to the last bit, the
# gradient is off by 2e-3, the size of a bfloat16's rounding. Only the place where `grad` is called
# decides: after the block the same graph gives the float32 gradient. No warning.
#
# Why it matters here: switching autocast off around a solver does not protect its gradient; the
# products' backward has to switch it off itself.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.5
"$tmp/venv/bin/python" - <<'PY'
import torch

torch.manual_seed(0)
a = torch.randn(50, 50, requires_grad=True)
exact = a @ a
(wanted,) = torch.autograd.grad(exact.square().sum(), a)
with torch.autocast("cpu", dtype=torch.bfloat16):
    with torch.autocast("cpu", enabled=False):
        product = a @ a
        loss = product.square().sum()
    (inside,) = torch.autograd.grad(loss, a, retain_graph=True)
(after,) = torch.autograd.grad(loss, a)


def off(gradient):
    return ((gradient - wanted).norm() / wanted.norm()).item()


assert torch.equal(product, exact)
assert inside.dtype == after.dtype == torch.float32
assert off(after) < 1e-6, off(after)
assert 5e-4 < off(inside) < 1e-2, off(inside)
print(f"torch {torch.__version__}: gradient off by {off(inside):.1e} inside the block, {off(after):.0e} after it")
PY
