#!/usr/bin/env bash
# transformers' output_hidden_states and a forward hook that changes what a layer hands on.
#
# Expected: the same hidden states whenever the hook is registered, those that the next layer reads.
# Seen with transformers 5.24.0 and torch 2.13.0 on the CPU: they are recorded by hooks of the
# library's own, which are installed at the first call that asks for them. If the reader's hook is
# registered before that call the changed state is recorded, if after it the unchanged one, although
# the next layer reads the changed one either way.
#
# Why it matters here: an experiment that plants a number in a layer's state, and then looks whether
# it is there, sees it or not by what was called before. Ours look at what the next layer is given.
set -euo pipefail
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
python3 -m venv "$tmp/venv"
"$tmp/venv/bin/pip" install --quiet torch==2.13.0 numpy==2.3.5 transformers==5.24.0
"$tmp/venv/bin/python" - <<'PY'
import torch
import transformers


def recorded(*, called_before):
    """What is recorded of the first layer's output, and what the second layer is given."""
    torch.manual_seed(0)
    sizes = {"hidden_size": 4, "num_attention_heads": 1, "num_hidden_layers": 2}
    config = transformers.BertConfig(vocab_size=7, intermediate_size=4, **sizes)
    model, ids, read = transformers.BertModel(config).eval(), torch.tensor([[1, 2, 3]]), []
    if called_before:
        model(ids, output_hidden_states=True)
    model.encoder.layer[0].register_forward_hook(lambda *made: torch.full_like(made[-1], 7.0))
    model.encoder.layer[1].register_forward_pre_hook(lambda layer, given: read.append(given[0]))
    states = model(ids, output_hidden_states=True).hidden_states[1]
    return bool((states == 7).all()), bool((read[0] == 7).all())


assert recorded(called_before=False) == (True, True)
assert recorded(called_before=True) == (False, True)
print(f"transformers {transformers.__version__}: recorded hidden states depend on an earlier call")
PY
