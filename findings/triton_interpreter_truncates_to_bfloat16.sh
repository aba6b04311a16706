#!/usr/bin/env bash
# A cast from float32 to bfloat16 inside a Triton kernel, interpreted on the CPU (TRITON_INTERPRET=1).
#
# Expected: the nearest bfloat16, ties to even, as compiled kernels and torch round.
# Seen with triton 3.9.0 (3.6.0 too) and torch 2.13.0: the lower sixteen bits are cut off, so every cast
# goes towards zero. 1.005859375 becomes 1, where 1.0078125 is nearer. No error, no warning.
#
# Why it matters here: what an interpreted kernel loses in bfloat16 is up to twice what a rounding
# loses, and always in one direction: sums of many such numbers drift, which a bound derived from
# rounding does not allow for.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.5 triton==3.9.0
cat > "$tmp/cast.py" <<'PY'
import torch
import triton
import triton.language as tl


@triton.jit
def narrowed(source, target, n: tl.constexpr):
    places = tl.arange(0, n)
    tl.store(target + places, tl.load(source + places).to(tl.bfloat16))


wide = torch.tensor([1.005859375, 1 + 2.0**-7 - 2.0**-20, -1.005859375, 1.0])
found = torch.empty(4, dtype=torch.bfloat16)
narrowed[(1,)](wide, found, n=4)
wanted = wide.bfloat16()
assert wanted.tolist() == [1.0078125, 1.0078125, -1.0078125, 1.0], wanted
assert found.tolist() == [1.0, 1.0, -1.0, 1.0], found
print(f"triton {triton.__version__}: {wide.tolist()} interpreted is {found.tolist()},")
print(f"rounded to the nearest it is {wanted.tolist()}")
PY
TRITON_INTERPRET=1 "$tmp/venv/bin/python" "$tmp/cast.py"
