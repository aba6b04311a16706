"""Right calls of what captures a model's attention."""

import torch

from attnkit import trained
from tests.fuzz import Call


def one_layer():
    torch.manual_seed(0)
    return {"model": torch.nn.MultiheadAttention(6, 2), "tokens": torch.randn(5, 6)}


CALLS = [
    Call(
        trained.capture, one_layer, means={"tokens": {"huge", "tiny", "zero", "negated", "longer"}}
    ),
]
