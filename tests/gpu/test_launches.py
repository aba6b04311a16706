"""The sizes, types and warps with which kernels are launched are those that are compiled."""

import inspect

import pytest
import torch

pytest.importorskip("triton")
import triton.language as tl
from triton.runtime.interpreter import InterpretedFunction

from attnkit.densities.ada_splash.fused.launch import launch_backward, launch_forward
from attnkit.densities.ada_splash.visible import visible_keys
from attnkit.gpu.ahead import specialisations
from attnkit.memory.delta.fused import launch as delta
from attnkit.memory.linear.fused.function import _FusedLinearAttention

VARIANTS = {"AREA", "BACKWARDS", "CAUSAL", "KEEPS", "MULTIPLIED", "TRANSPOSED"}
"""Constants of which not every value is compiled; interpreted products are of another type."""


def sizes_of(kernel, constants, n_warps, n_stages):
    """What decides on registers, to compare; types by name."""
    named = {
        name: value.value if isinstance(value, tl.constexpr) else value
        for name, value in constants.items()
        if name.isupper() and name not in VARIANTS
    }
    return (
        kernel.fn.__name__,
        tuple(sorted((n, str(v)) for n, v in named.items())),
        n_warps,
        n_stages,
    )


def compiled():
    return {
        sizes_of(each.kernel, each.constants, each.n_warps, each.n_stages)
        for each in specialisations().values()
    }


@pytest.fixture
def launched(monkeypatch):
    """The kernels that are launched, none of which runs."""
    found = set()

    def run(kernel, *tensors, grid, warmup, num_warps=4, num_stages=2, **others):
        del others["enable_fp_fusion"]
        given = inspect.signature(kernel.fn).bind(*tensors, **others).arguments
        found.add(sizes_of(kernel, given, num_warps, num_stages))

    monkeypatch.setattr(InterpretedFunction, "run", run)
    return found


def tokens(dtype, width):
    return [torch.ones(1, 5, width, dtype=dtype, requires_grad=True) for _ in range(3)]


DTYPES = [torch.float32, torch.bfloat16, torch.float16]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("width", [64, 128])
def test_memories_are_launched_as_they_are_compiled(dtype, width, launched):
    inputs, gate = tokens(dtype, width), torch.zeros(1, 5, requires_grad=True)
    state = torch.zeros(1, width, width)
    with torch.no_grad():
        delta.forward(rows := delta.Inputs(*inputs, gate, gate, state))
        delta.backward(rows, inputs[2], state)
    output, _ = _FusedLinearAttention.apply(*inputs, gate, state)
    output.sum().backward()
    assert {name for name, *_ in launched} > {"attend", "decay_gradient", "gradients_through"}
    assert launched - compiled() == set()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("width", [64, 128])
@pytest.mark.parametrize("alpha", [1.25, 1.5])
def test_entmax_attention_is_launched_as_it_is_compiled(dtype, width, alpha, launched):
    inputs, visible = tokens(dtype, width), visible_keys(torch.Size([1]), None, 0)
    with torch.no_grad():
        read, kept = launch_forward(tuple(inputs), alpha, visible, escorted=True)
        launch_backward(tuple(inputs), kept, read, alpha, visible)
    assert {name for name, *_ in launched} == {"read_rows", "pull_queries", "pull_keys"}
    assert launched - compiled() == set()
