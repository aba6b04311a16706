#!/usr/bin/env bash
# A custom backward marked `once_differentiable` is meant to refuse a second derivative.
#
# Expected: whoever differentiates the gradient again gets the marker's error.
# Seen with torch 2.13.0: where the gradient that comes in needs no gradient itself (any loss that is
# a plain sum), nothing is marked. `torch.autograd.functional.hessian` returns zeros, and a product
# with an ordinary factor returns only that factor's share: x * x^2 has 2x where 6x is right.
# No error, no warning.
#
# Why it matters here: a memory layer with such a backward had Hessians of zero, found by nobody who
# did not compare with finite differences.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.5
"$tmp/venv/bin/python" - <<'PY'
import torch
from torch.autograd.function import once_differentiable


class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.square()

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


x = torch.tensor([3.0, 5.0], dtype=torch.float64)
alone = torch.autograd.functional.hessian(lambda x: Square.apply(x).sum(), x)
times_x = torch.autograd.functional.hessian(lambda x: (x * Square.apply(x)).sum(), x)
assert torch.equal(alone, torch.zeros(2, 2, dtype=torch.float64)), alone
assert torch.equal(times_x.diagonal(), 2 * x), times_x
print(f"torch {torch.__version__}: the Hessian of sum x^2 is {alone.tolist()}, right is 2 on the diagonal;")
print(f"that of sum x^3 has {times_x.diagonal().tolist()} on it, right is {(6 * x).tolist()}")
PY
