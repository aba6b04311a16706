#!/usr/bin/env bash
# torch.nn.MultiheadAttention and a sequence of a batch that is padding from end to end.
#
# Expected: one documented result, whatever else is asked for.
# Seen with torch 2.13.0 on the CPU: NaN with need_weights=True, the default, and zeros (plus the
# output's bias) with need_weights=False. Asking for the weights changes the output, in training
# and in evaluation alike.
#
# Why it matters here: "what does a fully masked row give?" is one of the laws each normalisation
# declares; a peer to compare with has two answers.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.5
"$tmp/venv/bin/python" - <<'PY'
import torch

torch.manual_seed(0)
layer = torch.nn.MultiheadAttention(4, 1, batch_first=True)
x = torch.randn(2, 3, 4)
padding = torch.tensor([[False] * 3, [True] * 3])
for mode in ("train", "eval"):
    getattr(layer, mode)()
    with_weights, _ = layer(x, x, x, key_padding_mask=padding)
    without, _ = layer(x, x, x, key_padding_mask=padding, need_weights=False)
    assert with_weights[1].isnan().all(), with_weights[1]
    assert torch.equal(without[1], layer.out_proj.bias.expand(3, 4)), without[1]
    assert torch.allclose(with_weights[0], without[0], atol=1e-6)
    print(f"torch {torch.__version__}, {mode}: padded sequence with weights NaN, without them the bias")
PY
