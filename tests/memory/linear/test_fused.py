"""The fused kernels of linear attention, interpreted here and on a device where there is one."""

import pytest
import torch

from attnkit.gpu.buffers import filled_with_nan
from attnkit.memory.linear import (
    linear_attention,
    normalised_linear_attention,
    recurrent_linear_attention,
    recurrent_normalised_linear_attention,
)

pytest.importorskip("triton")

from attnkit.memory.linear.fused import fused_linear_attention
from attnkit.memory.linear.fused.plan import plan

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
PAIRS = {
    "linear": (linear_attention, recurrent_linear_attention),
    "normalised": (normalised_linear_attention, recurrent_normalised_linear_attention),
}
decayed = pytest.mark.parametrize("fades", [False, True], ids=["plain", "decay"])


def inputs(*shape, d_key=3, d_value=2, fades=True, seed=0):
    """Queries, keys, values, state and log-decays, the last None where nothing fades."""
    generator = torch.Generator().manual_seed(seed)
    normal = lambda *s: torch.randn(*s, generator=generator)  # noqa: E731
    tokens = [normal(*shape, d_key), normal(*shape, d_key), normal(*shape, d_value)]
    log_decay = -torch.rand(*shape, generator=generator) if fades else None
    return *tokens, normal(*shape[:-1], d_key, d_value), log_decay


def fused(queries, keys, values, state, log_decay=None):
    """The kernels, called as `linear_attention` calls them on a device."""
    log_decay = None if log_decay is None else log_decay[..., None]
    return fused_linear_attention((queries, keys, values), log_decay, state)


def reference(queries, keys, values, state, log_decay=None):
    return recurrent_linear_attention(
        queries, keys, values, initial_state=state, log_decay=log_decay
    )


def results(function, leaves, dtype=None):
    """Output, state and all gradients of a random functional of both."""
    leaves = [t.detach().to(dtype or t.dtype).requires_grad_() for t in leaves if t is not None]
    found = function(*leaves)
    generator = torch.Generator().manual_seed(99)
    weights = [torch.randn(t.shape, generator=generator).to(t) for t in found]
    loss = sum((t * w).sum() for t, w in zip(found, weights, strict=True))
    return [*(t.detach() for t in found), *torch.autograd.grad(loss, leaves)]


def worst(got, wanted):
    """The largest distance, by the largest entry wanted, or by one; NaN where one is."""
    distances = [
        (g.cpu().double() - w).abs().max() / w.abs().max().clamp(min=1.0)
        for g, w in zip(got, wanted, strict=True)
    ]
    return float(torch.stack(distances).max())


def assert_equal_to_the_reference(leaves, bound=1e-6):
    wanted = results(reference, leaves, torch.float64)
    with filled_with_nan():
        got = results(fused, [None if t is None else t.to(DEVICE) for t in leaves])
    assert worst(got, wanted) <= bound


@decayed
@pytest.mark.parametrize("n_tokens", [1, 31, 33, 63, 65])
def test_equals_the_reference_in_outputs_and_gradients(n_tokens, fades):
    assert_equal_to_the_reference(inputs(n_tokens, fades=fades))


@pytest.mark.parametrize(("n_tokens", "fades"), [(1000, False), (130, True)])
def test_a_long_sequence_is_cut_into_segments(n_tokens, fades):
    leaves = inputs(n_tokens, fades=fades)
    assert plan(leaves[0][None], leaves[2][None], None).n_segments > 1
    assert_equal_to_the_reference(leaves)


@pytest.mark.parametrize(("d_key", "d_value"), [(67, 5), (5, 37), (130, 3)])
def test_heads_wider_than_a_tile_are_cut_into_blocks(d_key, d_value):
    assert_equal_to_the_reference(inputs(19, d_key=d_key, d_value=d_value))


def test_batch_and_heads_and_tokens_that_are_not_contiguous():
    *tokens, state, log_decay = inputs(2, 3, 17)
    turned = [t.transpose(1, 2).contiguous().transpose(1, 2) for t in tokens]
    assert not turned[0].is_contiguous()
    expanded = log_decay[:, :1].expand(2, 3, 17)
    state = state.mT.contiguous().mT
    assert_equal_to_the_reference((*turned, state, expanded))


@pytest.mark.parametrize("d_key", [3, 130])
def test_results_may_be_changed_in_place(d_key):
    """As those of the torch path may, whether or not blocks of keys are summed."""
    leaves = [t.requires_grad_() for t in inputs(5, d_key=d_key, fades=False) if t is not None]
    for result in fused(*leaves):
        result.mul_(3.0)
        assert torch.autograd.grad(result.sum(), leaves[1], retain_graph=True)[0].any()


def test_a_hard_reset_leaves_nothing_and_has_no_gradient():
    *tokens, state, log_decay = inputs(41)
    log_decay[[0, 7, 8, 33]], log_decay[20] = -torch.inf, -1e5
    got = results(fused, (*tokens, state, log_decay))
    assert worst(got, results(reference, (*tokens, state, log_decay), torch.float64)) <= 1e-6
    assert all(g.isfinite().all() for g in got)
    assert not got[-1][[0, 7, 8, 20, 33]].any()
    assert not got[-2].any()


def test_small_decays_after_a_strong_one_keep_their_digits():
    *tokens, state, log_decay = inputs(29, seed=5)
    log_decay[3], log_decay[4:] = -90.0, -1e-3
    assert_equal_to_the_reference((*tokens, state, log_decay))


@decayed
@pytest.mark.parametrize("split", [1, 16, 23])
def test_goes_on_from_the_state_at_any_place(split, fades):
    """With the gradients that flow through it."""
    leaves = inputs(37, fades=fades)

    def in_two(queries, keys, values, state, log_decay=None):
        outputs = []
        for part in (slice(split), slice(split, None)):
            tokens = [t[part] for t in (queries, keys, values)]
            decay = () if log_decay is None else (log_decay[part],)
            output, state = fused(*tokens, state, *decay)
            outputs.append(output)
        return torch.cat(outputs), state

    assert worst(results(in_two, leaves), results(reference, leaves, torch.float64)) <= 1e-6


@decayed
@pytest.mark.parametrize(("dtype", "unit"), [(torch.bfloat16, 2.0**-8), (torch.float16, 2.0**-11)])
def test_half_precision_stays_within_its_own_roundings(dtype, unit, fades):
    """Four roundings of half an ulp meet in each product; sums of n terms keep their share.

    An entry is a sum of at most n = tokens × keys products, each off by 4 units, so its error is
    below 4 units of the sum of the products' sizes; that is the reference at absolute values.
    """
    *tokens, state, log_decay = inputs(45, d_key=13, d_value=11, fades=fades)
    tokens = [t.to(dtype) for t in tokens]
    got = results(fused, (*tokens, state, log_decay))
    wanted = results(reference, (*tokens, state, log_decay), torch.float64)
    sizes = results(reference, (*(t.abs() for t in (*tokens, state)), log_decay), torch.float64)
    assert got[0].dtype == dtype
    assert got[1].dtype == torch.float32
    for g, w, size in zip(got[:2], wanted[:2], sizes[:2], strict=True):
        assert ((g.double() - w).abs() <= 4 * unit * size + 1e-6).all()
    assert worst(got, wanted) <= 8 * unit


def test_float16_sums_do_not_overflow():
    ones = torch.ones(40, 2, dtype=torch.float16)
    state = torch.full((2, 1), 70_000.0)
    queries = torch.tensor([[1.0, -1.0]], dtype=torch.float16).expand(40, 2).contiguous()
    output, final = fused(queries, 50 * ones, 50 * ones[:, :1], state)
    assert torch.equal(output, torch.zeros_like(output))
    assert torch.equal(final, torch.full_like(final, 170_000.0))


@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph=True:UserWarning")
@decayed
def test_gradients_can_be_differentiated_whoever_asks(fades):
    leaves = [t.requires_grad_() for t in inputs(5, fades=fades) if t is not None]
    plain = [t.detach().double().requires_grad_() for t in leaves]

    def penalty(function, leaves, backward):
        output, state = function(*leaves)
        loss = output.sin().sum() + state.square().sum()
        if backward:
            loss.backward(create_graph=True, inputs=leaves)
            first = [t.grad for t in leaves]
        else:
            first = torch.autograd.grad(loss, leaves, create_graph=True)
        second = torch.autograd.grad(sum(g.square().sum() for g in first), leaves)
        for leaf in leaves:
            leaf.grad = None
        return second

    wanted = penalty(reference, plain, False)
    assert worst(penalty(fused, leaves, False), wanted) <= 1e-5
    assert worst(penalty(fused, leaves, True), wanted) <= 1e-5


def test_a_batch_of_gradients_at_once():
    leaves = [t.requires_grad_() for t in inputs(3)]
    output, _ = fused(*leaves)
    units = torch.eye(output.numel()).reshape(-1, *output.shape)
    at_once = torch.autograd.grad(output, leaves, units, is_grads_batched=True, retain_graph=True)
    for row, unit in enumerate(units):
        one = torch.autograd.grad(output, leaves, unit, retain_graph=True)
        assert worst([g[row] for g in at_once], [g.double() for g in one]) <= 1e-5


@pytest.mark.parametrize("seed", [0, 1])
def test_three_products_of_tf32_parts_are_as_good_as_float32(seed):
    """What a tensor core does with float32 here: parts of ten bits, cut off, low · low dropped."""
    generator = torch.Generator().manual_seed(seed)
    left, right = (torch.randn(61, 127, generator=generator) for _ in range(2))

    def high(x):
        return (x.view(torch.int32) & ~0x1FFF).view(torch.float32)

    parts = [(high(t).double(), high(t - high(t)).double()) for t in (left, right)]
    (a, b), (c, d) = parts
    made = a @ c.mT + a @ d.mT + b @ c.mT
    sizes = left.double().abs() @ right.double().abs().mT
    error = (made - left.double() @ right.double().mT).abs()
    assert (error <= 3 * 2.0**-20 * sizes).all()
    assert error.max() / sizes.max() <= 1e-6
    assert error.max() > 0


@pytest.fixture
def on_a_device(monkeypatch):
    """The public functions take the kernels, as they do on a device where these have passed."""
    told = []

    def runs_fused(function, tensor, unsuited):
        told.append((function, unsuited))
        return True

    monkeypatch.setattr("attnkit.memory.linear.chunkwise.runs_fused", runs_fused)
    return told


def named(function):
    return lambda q, k, v, state, log_decay, **others: function(
        q, k, v, initial_state=state, log_decay=log_decay, **others
    )


def test_masked_tokens_are_not_looked_at(on_a_device):
    leaves = inputs(2, 19)
    mask = torch.rand(2, 19, generator=torch.Generator().manual_seed(3)) < 0.6
    for tensor in (*leaves[:3], leaves[4]):
        tensor[~mask] = torch.nan
    both = [lambda *t, f=f: named(f)(*t, mask=mask) for f in PAIRS["linear"]]
    assert worst(results(both[0], leaves), results(both[1], leaves, torch.float64)) <= 1e-6
    assert on_a_device == [("linear_attention", None)]


def test_the_normalised_one_rides_on_it(on_a_device):
    queries, keys, values, state, log_decay = inputs(2, 19, d_value=3)
    leaves = (queries.abs(), keys.abs(), values[..., :2], state.abs(), log_decay)
    fast, plain = map(named, PAIRS["normalised"])
    assert worst(results(fast, leaves), results(plain, leaves, torch.float64)) <= 1e-6
    assert on_a_device == [("linear_attention", None)]
