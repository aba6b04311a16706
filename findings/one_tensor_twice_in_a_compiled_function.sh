#!/usr/bin/env bash
# One tensor handed twice to an autograd.Function, in code that torch.compile traces.
#
# Expected: what runs eagerly runs compiled, as it does when an ordinary function gets it twice.
# Seen with torch 2.13.0, fullgraph=True: "autograd.Function.apply: duplicate tensor input", an
# Unsupported error; without fullgraph a break of the graph. A view of the same tensor in the second
# place is taken, and the results are then the eager ones.
#
# Why it matters here: keys are written and are asked for errors, so one tensor is two inputs of one
# scan; a self-attention that hands x to query, key and value does the same.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.5
cat > "$tmp/twice.py" <<'PY'
import torch


class Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a * b

    @staticmethod
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        return grad * b, grad * a


def plain(x):
    return x * x


def twice(x):
    return Product.apply(x, x)


def with_a_view(x):
    return Product.apply(x, x.view_as(x))


x = torch.arange(3.0, requires_grad=True)
results = {}
for function in (plain, twice, with_a_view):
    (eager,) = torch.autograd.grad(function(x).sum(), x)
    assert torch.equal(eager, 2 * x)
    try:
        compiled = torch.compile(function, backend="aot_eager", fullgraph=True)
        (gradient,) = torch.autograd.grad(compiled(x).sum(), x)
        assert torch.equal(gradient, eager)
        results[function.__name__] = "runs"
    except torch._dynamo.exc.Unsupported as error:
        assert "duplicate tensor input" in str(error), error
        results[function.__name__] = "refused"
assert results == {"plain": "runs", "twice": "refused", "with_a_view": "runs"}, results
print(f"torch {torch.__version__}, compiled with fullgraph:", results)
PY
"$tmp/venv/bin/python" "$tmp/twice.py"
