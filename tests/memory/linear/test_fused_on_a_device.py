"""The public functions through the kernels, on a CUDA device where there is one."""

import pytest
import torch

from attnkit.diagnostics import paths
from attnkit.gpu import trying
from attnkit.memory import linear_attention, normalised_linear_attention
from attnkit.memory.linear import (
    recurrent_linear_attention,
    recurrent_normalised_linear_attention,
)

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]
BOUNDS = {torch.float32: 1e-5, torch.bfloat16: 2.0**-5, torch.float16: 2.0**-8}


def worst(function, reference, inputs, device, **options):
    """The largest distance of output, state and gradients, by the largest entry of each."""
    found = []
    for call, place, wide in ((function, device, None), (reference, "cpu", torch.float64)):
        leaves = {n: t.to(place, wide or t.dtype).requires_grad_() for n, t in inputs.items()}
        kept = {n: t.to(place) for n, t in options.items()}
        results = call(**leaves, **kept)
        generator = torch.Generator().manual_seed(99)
        weights = [torch.randn(t.shape, generator=generator).to(t) for t in results]
        loss = sum((t * w).sum() for t, w in zip(results, weights, strict=True))
        gradients = torch.autograd.grad(loss, list(leaves.values()))
        found.append([t.detach().cpu().double() for t in (*results, *gradients)])
    pairs = zip(*found, strict=True)
    distances = [(g - w).abs().max() / w.abs().max().clamp(min=1) for g, w in pairs]
    return float(torch.stack(distances).max())  # NaN where one is


def inputs_of(n_tokens, d_key, d_value, dtype, fades):
    generator = torch.Generator().manual_seed(n_tokens)
    shape = (2, 3, n_tokens)
    normal = lambda *s: torch.randn(*s, generator=generator)  # noqa: E731
    inputs = {
        "queries": normal(*shape, d_key).to(dtype),
        "keys": normal(*shape, d_key).to(dtype),
        "values": normal(*shape, d_value).to(dtype),
        "initial_state": normal(2, 3, d_key, d_value),
    }
    return inputs | ({"log_decay": -torch.rand(*shape, generator=generator)} if fades else {})


@pytest.mark.parametrize("dtype", BOUNDS)
@pytest.mark.parametrize("fades", [False, True], ids=["plain", "decay"])
@pytest.mark.parametrize(
    ("n_tokens", "d_key", "d_value"),
    [
        (1, 3, 2),
        (31, 64, 64),
        (33, 67, 5),
        (63, 128, 128),
        (65, 5, 37),
        (1000, 64, 64),
        (101, 256, 256),
    ],
)
def test_equals_the_reference(n_tokens, d_key, d_value, fades, dtype):
    inputs = inputs_of(n_tokens, d_key, d_value, dtype, fades)
    with trying():
        found = worst(linear_attention, recurrent_linear_attention, inputs, "cuda")
        assert paths()["linear_attention"].path == "triton"
    assert found <= BOUNDS[dtype]


def test_the_normalised_one_rides_on_it():
    inputs = inputs_of(67, 13, 11, torch.float32, True)
    inputs |= {name: inputs[name].abs() + 0.1 for name in ("queries", "keys")}
    del inputs["initial_state"]
    both = normalised_linear_attention, recurrent_normalised_linear_attention
    with trying():
        assert worst(*both, inputs, "cuda") <= 1e-5
        assert paths()["linear_attention"].path == "triton"


def test_masked_tokens_are_not_looked_at():
    inputs = inputs_of(67, 13, 11, torch.float32, True)
    mask = torch.rand(2, 3, 67, generator=torch.Generator().manual_seed(1)) < 0.7
    for name in ("queries", "keys", "values"):
        inputs[name][~mask] = torch.nan
    with trying():
        found = worst(linear_attention, recurrent_linear_attention, inputs, "cuda", mask=mask)
    assert found <= 1e-5
