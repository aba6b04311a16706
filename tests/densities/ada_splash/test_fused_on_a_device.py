"""Entmax attention through the kernels, on a CUDA device where there is one."""

import pytest
import torch

from attnkit.densities import attention
from attnkit.densities.ada_splash import causal_entmax_attention, entmax_attention
from attnkit.diagnostics import paths
from attnkit.gpu import trying
from attnkit.gpu.buffers import filled_with_nan

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]
BOUNDS = {torch.float32: 2e-5, torch.bfloat16: 2.0**-3, torch.float16: 2.0**-6}
"""In half precision sixteen units in the last place of the largest entry."""


def drawn(lengths, width, dtype):
    """Queries, keys, values that do not lie row after row, and a gradient of what is read."""
    generator = torch.Generator().manual_seed(sum(lengths))
    n_queries, n_keys = lengths
    sizes = (n_queries, n_keys, n_keys, n_queries)
    numbers = (torch.randn(2, 3, width, n, generator=generator) for n in sizes)
    return tuple(t.to("cuda", dtype).mT.requires_grad_() for t in numbers)


def with_gradients(read, inputs, upstream):
    return [read.detach(), *torch.autograd.grad(read, inputs, upstream)]


def distance(own, reference):
    """The largest, by the largest entry of a result or by one; NaN where one is."""
    pairs = zip(own, reference, strict=True)
    found = [(a.float() - b).abs().max() / b.abs().max().clamp(min=1) for a, b in pairs]
    return float(torch.stack(found).max())


@pytest.mark.parametrize(
    ("dtype", "width", "alpha"),
    [
        (torch.float32, 5, 1.5),
        (torch.float32, 64, 1.25),
        (torch.float32, 128, 2.0),
        (torch.bfloat16, 64, 1.5),
        (torch.bfloat16, 128, 1.25),
        (torch.float16, 64, 2.0),
        (torch.float16, 67, 1.5),
    ],
)
@pytest.mark.parametrize("function", [entmax_attention, causal_entmax_attention])
def test_equals_the_dense_form(function, dtype, width, alpha):
    """One compilation each: at all lengths kernels are the same."""
    for lengths in [(1, 1), (31, 33), (63, 65), (65, 31), (256, 512), (1000, 1000)]:
        *inputs, upstream = drawn(lengths, width, dtype)
        mask = torch.arange(lengths[1], device="cuda") % 7 != 3
        mask = mask.expand(2, 1, 1, -1).clone()
        mask[1, ..., :2] = False
        with trying(), filled_with_nan():
            own = with_gradients(function(*inputs, alpha, mask=mask), inputs, upstream)
        assert paths()[function.__name__].path == "triton"
        pairs = torch.ones(lengths, dtype=torch.bool, device="cuda")
        if function is causal_entmax_attention:
            pairs = pairs.tril(lengths[1] - lengths[0])
        wide = [t.detach().float().requires_grad_() for t in inputs]
        wanted = attention(*wide, alpha=alpha, mask=mask & pairs)
        wanted = with_gradients(wanted, wide, upstream.float())
        assert distance(own, wanted) <= BOUNDS[dtype], lengths


def test_the_same_call_gives_the_same_bits():
    """What one warp reads while another writes would differ from call to call."""
    *inputs, upstream = drawn((1000, 2000), 64, torch.bfloat16)
    with trying():
        calls = [with_gradients(entmax_attention(*inputs), inputs, upstream) for _ in range(20)]
    assert all(torch.equal(a, b) for own in calls[1:] for a, b in zip(own, calls[0], strict=True))


def test_memory_grows_with_the_length_and_not_its_square():
    inputs = [torch.randn(1, 2**15, 64, device="cuda", requires_grad=True) for _ in range(3)]
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    with trying():
        causal_entmax_attention(*inputs).sum().backward()
    assert torch.cuda.max_memory_allocated() - before < 2**30 // 8  # a matrix has 2^32 bytes
