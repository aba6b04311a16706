"""Entmax attention by blocks against the dense form: values, gradients of any order, memory."""

import pytest
import torch

from attnkit.densities import attention
from attnkit.densities.ada_splash import (
    blocked,
    causal_entmax_attention,
    choice,
    entmax_attention,
)
from attnkit.densities.ada_splash.visible import visible_keys
from attnkit.diagnostics import paths

ALPHAS = (1.01, 1.5, 1.75, 2.0, 3.0)
SHAPE = (2, 3, 37, 53, 17, 11)


def drawn(shape=SHAPE, seed=0, dtype=torch.float64):
    *batch, n_queries, n_keys, width, n_channels = shape
    generator = torch.Generator().manual_seed(seed)
    sizes = ((n_queries, width), (n_keys, width), (n_keys, n_channels))
    return tuple(
        torch.randn(*batch, *size, generator=generator, dtype=dtype).requires_grad_()
        for size in sizes
    )


def masks():
    generator = torch.Generator().manual_seed(5)
    by_key = torch.rand(2, 1, 1, 53, generator=generator) > 0.3
    by_key[1] = False
    by_pair = torch.rand(3, 37, 53, generator=generator) > 0.5
    by_pair[:, 3] = False
    by_query = torch.rand(37, 1, generator=generator) > 0.3
    return {"none": None, "by key": by_key, "by pair": by_pair, "by query": by_query}


def not_later(n_queries, n_keys):
    return torch.ones(n_queries, n_keys, dtype=torch.bool).tril(n_keys - n_queries)


def with_gradients(function, inputs, upstream):
    read = function(*inputs)
    return read, *torch.autograd.grad(read, inputs, upstream)


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setitem(blocked._BLOCK, "cpu", 16 * 53)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("kind", masks())
def test_blocks_read_and_pull_as_the_dense_form_does(alpha, kind):
    inputs, mask = drawn(), masks()[kind]
    upstream = drawn(seed=1)[0].detach()[..., :11]
    seen = not_later(37, 53) if mask is None else mask & not_later(37, 53)
    for function, pairs in ((entmax_attention, mask), (causal_entmax_attention, seen)):
        own = with_gradients(lambda *t: function(*t, alpha, mask=mask), inputs, upstream)  # noqa: B023
        dense = with_gradients(lambda *t: attention(*t, alpha=alpha, mask=pairs), inputs, upstream)  # noqa: B023
        torch.testing.assert_close(own, dense, atol=1e-10, rtol=1e-9)


@pytest.mark.parametrize("shape", [(5, 3, 7), (5, 7, 3), (1, 1, 1), (0, 3, 5), (3, 0, 5)])
def test_more_queries_than_keys_and_none_of_either(shape):
    n_queries, n_keys, width = shape
    inputs = drawn((2, n_queries, n_keys, width, 2))
    for function, seen in (
        (entmax_attention, None),
        (causal_entmax_attention, not_later(n_queries, n_keys)),
    ):
        read = function(*inputs)
        torch.testing.assert_close(read, attention(*inputs, alpha=1.5, mask=seen))
        read.square().sum().backward()
        assert all(t.grad.isfinite().all() for t in inputs)


def test_batches_of_short_rows_are_taken_together_and_long_ones_apart():
    visible = blocked.Visible(None, None, None)
    together = list(blocked._blocks(torch.empty(101, 31, 2), 31, visible))
    apart = list(blocked._blocks(torch.empty(2, 1000, 2), 2**15, visible))
    assert len(together) == 1
    assert len(apart) == 2 * 63


@pytest.mark.parametrize("function", [entmax_attention, causal_entmax_attention])
def test_a_query_that_sees_nothing_reads_zeros_and_pulls_nothing(function):
    inputs = drawn((2, 5, 5, 3, 2))
    mask = torch.tensor([False, True])[:, None, None]
    read = function(*inputs, mask=mask)
    read.square().sum().backward()
    assert (read[0] == 0).all()
    assert all((t.grad[0] == 0).all() for t in inputs)
    assert all((t.grad[1] != 0).any() for t in inputs[1:])


def test_what_the_mask_leaves_out_is_never_looked_at():
    queries, keys, values = (t.detach() for t in drawn())
    mask = torch.arange(53) < 47
    wanted = entmax_attention(queries, keys, values, mask=mask)
    keys[..., 47:, :], values[..., 47:, :] = torch.nan, torch.inf
    torch.testing.assert_close(entmax_attention(queries, keys, values, mask=mask), wanted)


@pytest.mark.parametrize("function", [entmax_attention, causal_entmax_attention])
def test_scores_that_overflow_are_refused(function):
    """They would be infinities, and their weights no numbers."""
    queries = keys = 1e20 * torch.eye(3)[None]
    with pytest.raises(ValueError, match=r"output overflows torch.float32 .* queries reach 1e\+20"):
        function(queries, keys, torch.ones(1, 3, 2))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_half_precision_is_computed_in_single(dtype):
    inputs = tuple(t.detach().to(dtype) for t in drawn())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        read = entmax_attention(*inputs)
    assert read.dtype == dtype
    wanted = attention(*(t.double() for t in inputs), alpha=1.5)
    unit = torch.finfo(dtype).eps
    torch.testing.assert_close(read.double(), wanted, atol=8 * unit, rtol=unit)


def test_autocast_around_the_backward_pass_changes_nothing():
    inputs = drawn(dtype=torch.float32)
    loss = entmax_attention(*inputs).square().sum()
    wanted = torch.autograd.grad(loss, inputs, retain_graph=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(torch.autograd.grad(loss, inputs), wanted, rtol=0, atol=0)


def test_a_mask_that_was_written_to_since_is_refused():
    inputs, mask = drawn(), torch.ones(53, dtype=torch.bool)
    loss = entmax_attention(*inputs, mask=mask).sum()
    mask[5:] = False
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
@pytest.mark.filterwarnings("ignore:.*create_graph=True:UserWarning")
@pytest.mark.parametrize("alpha", [1.5, 3.0])
def test_second_derivatives_by_each_who_asks(alpha):
    inputs = drawn((5, 7, 3, 2))
    mask = torch.arange(7) != 3

    def read(*tensors):
        return causal_entmax_attention(*tensors, alpha, mask=mask)

    def dense(*tensors):
        return attention(*tensors, alpha=alpha, mask=mask & not_later(5, 7))

    def slope(function):
        return lambda queries: function(queries, *inputs[1:]).square().sum()

    assert torch.autograd.gradgradcheck(read, inputs)
    slopes = [torch.func.grad(slope(f)) for f in (read, dense)]
    hessians = [torch.func.jacrev(each)(inputs[0]) for each in slopes]
    torch.testing.assert_close(*hessians)
    curvatures = []
    for function in (read, dense):
        slope(function)(inputs[0]).backward(create_graph=True)
        inputs[0].grad.square().sum().backward()
        curvatures.append(inputs[0].grad.detach().clone())
        for tensor in inputs:
            tensor.grad = None
    torch.testing.assert_close(*curvatures)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated:DeprecationWarning")
def test_function_transforms():
    inputs = tuple(t.detach() for t in drawn((3, 5, 7, 11, 2)))
    each = torch.func.vmap(entmax_attention)(*inputs)
    torch.testing.assert_close(each, entmax_attention(*inputs))
    jacobians = [
        transform(lambda values: entmax_attention(*inputs[:2], values))(inputs[2])
        for transform in (torch.func.jacrev, torch.func.jacfwd)
    ]
    torch.testing.assert_close(*jacobians)


COMPILED = """
import torch
from attnkit.densities.ada_splash import causal_entmax_attention as read

generator = torch.Generator().manual_seed(0)
inputs = [torch.randn(2, n, 3, generator=generator) for n in (5, 7, 7)]
compiled = torch.compile(read, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(*inputs), read(*inputs))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


class Largest(torch.utils._python_dispatch.TorchDispatchMode):
    """The size of the largest tensor that any operation returns."""

    def __init__(self):
        super().__init__()
        self.numel = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        out = function(*args, **(kwargs or {}))
        for tensor in torch.utils._pytree.tree_leaves(out):
            if isinstance(tensor, torch.Tensor):
                self.numel = max(self.numel, tensor.numel())
        return out


@pytest.mark.parametrize("function", [entmax_attention, causal_entmax_attention])
def test_no_matrix_of_all_pairs_is_ever_there(function, monkeypatch):
    monkeypatch.setitem(blocked._BLOCK, "cpu", 2**12)
    inputs = drawn((1009, 1013, 3, 2), dtype=torch.float32)
    mask = torch.arange(1013) % 5 != 1
    with Largest() as largest:
        function(*inputs, mask=mask).square().sum().backward()
    assert 2**11 < largest.numel <= 2**12


def test_what_the_kernels_cannot_do_is_said_in_words():
    def reason(alpha=1.5, dtype=torch.float32, shape=(2, 5, 7, 3, 2), mask=None):
        inputs = tuple(t.detach() for t in drawn(shape, dtype=dtype))
        return choice._unsuited(inputs, alpha, visible_keys(torch.Size([2]), mask, None))

    assert reason() is None
    assert reason(mask=torch.ones(1, 7, dtype=torch.bool)) is None
    assert "float64" in reason(dtype=torch.float64)
    assert all("1.05 to 2" in reason(alpha) for alpha in (1.04, 2.01))
    assert "128" in reason(shape=(2, 5, 7, 129, 2))
    assert "empty" in reason(shape=(2, 5, 0, 3, 2))
    assert "of pairs" in reason(mask=torch.ones(5, 7, dtype=torch.bool))


def test_the_path_taken_is_noted():
    inputs = [t.detach() for t in drawn((5, 7, 3, 2))]
    for function in (entmax_attention, causal_entmax_attention):
        function(*inputs)
        assert paths()[function.__name__].path == "torch"
