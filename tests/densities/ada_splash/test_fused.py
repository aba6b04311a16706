"""The kernels of entmax attention, interpreted on the CPU, against the dense form."""

import pytest
import torch

pytest.importorskip("triton")

from attnkit.densities.ada_splash.dense import dense_read, widened
from attnkit.densities.ada_splash.fused import launch
from attnkit.densities.ada_splash.fused.function import fused_read
from attnkit.densities.ada_splash.visible import visible_keys
from attnkit.gpu.buffers import filled_with_nan
from tests.interpreted import quick_interpreter


@pytest.fixture(autouse=True)
def quick():
    with quick_interpreter():
        yield


pytestmark = pytest.mark.skipif(torch.cuda.is_available(), reason="kernels are compiled here")
LENGTHS = [(1, 1), (31, 33), (63, 65), (65, 31)]


def drawn(n_batch, lengths, sizes, dtype=torch.float32):
    """Queries, keys, values that do not lie row after row, and a gradient of what is read."""
    generator = torch.Generator().manual_seed(sum(lengths))
    (n_queries, n_keys), (width, n_channels) = lengths, sizes
    shapes = [(n_queries, width), (n_keys, width), (n_keys, n_channels), (n_queries, n_channels)]
    return tuple(
        torch.randn(n_batch, d, n, generator=generator).to(dtype).mT.requires_grad_()
        for n, d in shapes
    )


def seen_by(n_batch, lengths, masked, causal):
    mask = None
    if masked:
        mask = torch.rand(n_batch, 1, lengths[1], generator=torch.Generator().manual_seed(7)) > 0.3
        mask[-1] = False
    reach = lengths[1] - lengths[0] if causal else None
    return visible_keys(torch.Size([n_batch]), mask, reach)


def with_gradients(read, inputs, upstream):
    return read, *torch.autograd.grad(read, inputs, upstream)


def dense(inputs, alpha, visible):
    return dense_read(*widened(tuple(inputs)), alpha, visible)


def assert_same(own, reference, bound=1e-5):
    """Within a bound, in units of the largest entry."""
    for found, wanted in zip(own, reference, strict=True):
        atol = bound * max(wanted.abs().max().item(), 1e-3)
        torch.testing.assert_close(found.float(), wanted.float(), atol=atol, rtol=0)


@pytest.mark.parametrize("lengths", LENGTHS)
@pytest.mark.parametrize(
    ("alpha", "masked", "causal"),
    [(1.5, False, True), (1.5, True, False), (2.0, True, True), (1.25, True, True)],
)
def test_interpreted_they_read_and_pull_as_the_dense_form_does(lengths, alpha, masked, causal):
    *inputs, upstream = drawn(2, lengths, (5, 3))
    visible = seen_by(2, lengths, masked, causal)
    with filled_with_nan():
        own = with_gradients(fused_read(*inputs, alpha, visible), inputs, upstream)
    wanted = dense(inputs, alpha, visible)
    assert_same(own, with_gradients(wanted, inputs, upstream))


@pytest.mark.parametrize(("lengths", "sizes"), [((3, 1000), (3, 2)), ((3, 37), (67, 19))])
def test_a_long_row_and_wide_heads(lengths, sizes):
    *inputs, upstream = drawn(1, lengths, sizes)
    visible = seen_by(1, lengths, False, False)
    with filled_with_nan():
        own = with_gradients(fused_read(*inputs, 1.75, visible), inputs, upstream)
    wanted = dense(inputs, 1.75, visible)
    assert_same(own, with_gradients(wanted, inputs, upstream))


@pytest.mark.parametrize(("alpha", "spread"), [(1.05, 30.0), (1.5, 1e-3), (1.5, 30.0), (2.0, 1.0)])
def test_any_spread_of_scores_and_ties(alpha, spread):
    queries, keys, values, _ = drawn(1, (7, 101), (5, 3))
    keys = torch.cat([keys[:, :50], keys[:, :51]], dim=1)  # every score twice, one apart
    inputs = (spread * queries, keys, values)
    visible = seen_by(1, (7, 101), False, False)
    wanted = dense([t.double() for t in inputs], alpha, visible)
    own = fused_read(*(t.detach() for t in inputs), alpha, visible)
    assert_same([own], [wanted], bound=1e-5 * max(spread, 1.0))


def test_tiles_whose_keys_are_all_below_the_threshold_are_left_out():
    queries, keys, values, upstream = drawn(1, (31, 257), (5, 3))
    near = torch.zeros(257, dtype=torch.bool)
    near[70:90] = near[200:210] = True
    inputs = [queries.abs(), torch.where(near[:, None], keys, -10 - keys.abs()), values]
    inputs = [t.detach().contiguous().requires_grad_() for t in inputs]
    visible = seen_by(1, (31, 257), False, False)
    with torch.no_grad(), filled_with_nan():
        tops = launch.launch_forward(tuple(inputs), 1.5, visible, escorted=True)[1][-1]
    alive = [bool(part.any()) for part in near.split(32)]
    assert [bool(top > 0) for top in tops[0, 0]] == alive
    own = with_gradients(fused_read(*inputs, 1.5, visible), inputs, upstream)
    wanted = dense(inputs, 1.5, visible)
    assert_same(own, with_gradients(wanted, inputs, upstream))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_within_the_rounding_of_its_operands(dtype):
    """Weights, escorts and gradients of scores are rounded before each product, and the results.

    With eps between two numbers a rounding is eps / 2 and there are up to three on a path, of which
    gradients take differences: 8 eps of the largest.
    """
    *inputs, upstream = drawn(1, (63, 65), (16, 11), dtype)
    visible = visible_keys(torch.Size([1]), torch.arange(65)[None] != 3, 2)
    own = with_gradients(fused_read(*inputs, 1.5, visible), inputs, upstream)
    wide = [t.detach().float().requires_grad_() for t in inputs]
    wanted = dense(wide, 1.5, visible)
    assert {t.dtype for t in own} == {dtype}
    assert_same(own, with_gradients(wanted, wide, upstream.float()), 8 * torch.finfo(dtype).eps)


@pytest.mark.filterwarnings("ignore:.*create_graph=True:UserWarning")
def test_second_derivatives_replay_the_dense_form_for_each_who_asks():
    *inputs, _ = drawn(1, (5, 7), (3, 2))
    visible = seen_by(1, (5, 7), False, True)
    found = []
    for read in (fused_read, lambda q, k, v, *rest: dense((q, k, v), *rest)):
        loss = read(*inputs, 1.5, visible).square().sum()
        slopes = torch.autograd.grad(loss, inputs, create_graph=True)
        asked = torch.autograd.grad(slopes[0].square().sum(), inputs)
        loss = read(*inputs, 1.5, visible).square().sum()
        loss.backward(create_graph=True)
        gradients = [t.grad for t in inputs]
        backed = torch.autograd.grad(gradients[1].square().sum(), inputs)
        for tensor in inputs:
            tensor.grad = None
        found.append([*asked, *backed])
    assert_same(*found)


class Grids:
    """Takes the place of a kernel, and notes how many programs are asked for on each axis."""

    def __init__(self, name, asked):
        self.__name__, self.asked = name, asked

    def __getitem__(self, grid):
        self.asked.append(grid)
        return self

    def __call__(self, *arguments, **constants):
        pass


def test_more_batch_elements_than_a_second_axis_of_programs_may_have(monkeypatch):
    asked = []
    for kernel in ("read_rows", "pull_queries", "pull_keys"):
        monkeypatch.setattr(launch, kernel, Grids(kernel, asked))
    inputs = tuple(torch.zeros(70_001, n, 1) for n in (37, 65, 65))
    visible = seen_by(70_001, (37, 65), False, False)
    _, kept = launch.launch_forward(inputs, 1.5, visible, escorted=True)
    launch.launch_backward(inputs, kept, inputs[0], 1.5, visible)
    assert asked == [(2 * 70_001,), (2 * 70_001,), (3 * 70_001,)]


def test_autocast_and_a_mask_that_was_written_to_since():
    *inputs, upstream = drawn(2, (5, 7), (3, 2))
    visible = seen_by(2, (5, 7), True, False)
    read = fused_read(*inputs, 1.5, visible)
    wanted = torch.autograd.grad(read, inputs, upstream, retain_graph=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = torch.autograd.grad(read, inputs, upstream, retain_graph=True)
    assert_same(found, wanted, 0)
    visible.mask.logical_not_()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        torch.autograd.grad(read, inputs, upstream)
