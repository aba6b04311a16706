"""The kernels on a CUDA device against the loop over tokens: what lets them pass."""

import math

import pytest
import torch

from attnkit.diagnostics import paths
from attnkit.gpu import trying
from tests.memory.delta.fused.calls import call, distances

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]
UNITS = {torch.float16: 2**-11, torch.bfloat16: 2**-8}


@pytest.mark.parametrize(("widths", "decay"), [((67, 41), True), ((128, 128), False)])
@pytest.mark.parametrize("n_tokens", [1, 31, 33, 63, 65, 1000])
def test_float32_equals_the_reference(n_tokens, widths, decay):
    inputs = call(2, n_tokens, widths=widths, decay=decay)
    with trying():
        found = distances(*inputs, device="cuda")
    assert paths()["delta_rule"].path == "triton"
    assert found.max() <= 1e-5


@pytest.mark.parametrize(
    ("half", "widths", "decay"),
    [
        (torch.float16, (128, 128), True),
        (torch.bfloat16, (128, 128), True),
        (torch.bfloat16, (64, 64), False),
        (torch.bfloat16, (256, 256), True),
    ],
)
@pytest.mark.parametrize("n_tokens", [65, 1000])
def test_half_precision_is_as_near_as_roundings_allow(n_tokens, half, widths, decay):
    sequences, gates, state = call(2, n_tokens, widths=widths, decay=decay, dtype=half)
    sequences[3] = sequences[3] / 1.8
    with trying():
        found = distances(sequences, gates, state, device="cuda")
    assert found[:2].max() <= 9 * UNITS[half]
    assert found[2:].max() <= 18 * UNITS[half]


def test_hard_resets_and_a_mask():
    sequences, gates, state = call(2, 3, 131, widths=(67, 41))
    gates["log_decay"][..., [0, 40, 63, 64]] = -math.inf
    mask = torch.rand(2, 3, 131, generator=torch.Generator().manual_seed(1)) < 0.7
    with trying():
        assert distances(sequences, gates, state, device="cuda", mask=mask.cuda()).max() <= 1e-5
