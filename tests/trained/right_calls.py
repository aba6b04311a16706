"""Right calls of what captures a model's attention, and of what changes it."""

import importlib.util

import torch

from attnkit import trained
from tests.fuzz import Call
from tests.trained.models import some_ids, tiny


def one_layer():
    torch.manual_seed(0)
    return {"model": torch.nn.MultiheadAttention(6, 2), "tokens": torch.randn(5, 6)}


def changed():
    def without_first(layer, made):
        return made.weights.index_fill(-1, torch.tensor([0]), 0.0), made.values

    return {"model": tiny("bert"), "tokens": some_ids(), "change": without_first}


CALLS = [
    Call(
        trained.capture, one_layer, means={"tokens": {"huge", "tiny", "zero", "negated", "longer"}}
    ),
]
if importlib.util.find_spec("transformers"):
    CALLS.append(Call(trained.intervene, changed, means={"tokens": {"zero", "tiny", "longer"}}))
