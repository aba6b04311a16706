"""What is gathered against the definition on the mask, in values and gradients; halos too."""

import math
from functools import partial

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from attnkit.selection import (
    dropped_by,
    halo_attention,
    halo_keys,
    kept_attention,
    neighbourhood_attention,
    neighbourhood_keys,
)

FORMS = [
    (neighbourhood_attention, neighbourhood_keys, (23,), {"window": 7}),
    (neighbourhood_attention, neighbourhood_keys, (23,), {"window": 7, "stride": 5}),
    (neighbourhood_attention, neighbourhood_keys, (23,), {"window": 3, "dilation": 5}),
    (
        *(neighbourhood_attention, neighbourhood_keys, (23,)),
        {"window": 5, "stride": 3, "dilation": 2, "causal": True},
    ),
    (
        *(neighbourhood_attention, neighbourhood_keys, (5, 7)),
        {"window": (3, 5), "stride": (2, 5), "causal": (True, False)},
    ),
    (neighbourhood_attention, neighbourhood_keys, (2, 3, 5), {"window": (1, 2, 3), "stride": 1}),
    (neighbourhood_attention, neighbourhood_keys, (5, 3), {"window": 31, "stride": 29}),
    (halo_attention, halo_keys, (23,), {"block": 5, "halo": 2}),
    (halo_attention, halo_keys, (23,), {"block": 2, "halo": 7}),
    (halo_attention, halo_keys, (5, 7), {"block": (2, 3), "halo": (0, 2)}),
    (halo_attention, halo_keys, (2, 3, 5), {"block": 2, "halo": 1}),
    (halo_attention, halo_keys, (5, 3), {"block": 31, "halo": 29}),
    # Whole groups, which need no mask.
    (neighbourhood_attention, neighbourhood_keys, (24,), {"window": 7, "stride": 4}),
    (neighbourhood_attention, neighbourhood_keys, (4, 9), {"window": (3, 5), "stride": (2, 3)}),
    (halo_attention, halo_keys, (24,), {"block": 4, "halo": 0}),
]


def tokens(n, dtype=torch.float64, seed=0):
    generator = torch.Generator().manual_seed(seed)
    widths = (11, 11, 13)
    return [
        2 * torch.randn(2, 3, n, width, generator=generator, dtype=torch.float64).to(dtype)
        for width in widths
    ]


def slopes(output, leaves):
    ramp = torch.linspace(-1, 1, output.shape[-1], dtype=output.dtype)
    return torch.autograd.grad((output * ramp).sum(), leaves)


def seen(counts):
    """Pairs of query and key of which both count."""
    return counts[..., :, None] & counts[..., None, :]


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize(("attend", "keys_of", "shape", "sizes"), FORMS)
def test_what_is_gathered_is_what_the_definition_reads(attend, keys_of, shape, sizes, masked):
    leaves = [leaf.requires_grad_() for leaf in tokens(math.prod(shape))]
    kept, counts = keys_of(shape, **sizes), None
    if masked:
        generator = torch.Generator().manual_seed(1)
        counts = torch.rand(2, 3, math.prod(shape), generator=generator) < 0.6
        kept = kept & seen(counts)
    found = attend(*leaves, **sizes, shape=shape, mask=counts)
    wanted = kept_attention(*leaves, kept)
    torch.testing.assert_close(found, wanted)
    for one, other in zip(slopes(found, leaves), slopes(wanted, leaves), strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize(("attend", "keys_of", "shape", "sizes"), FORMS)
def test_a_masked_key_gets_nothing_and_may_be_anything(attend, keys_of, shape, sizes):
    """An inverted mask reads the padding, here NaN, and nothing else."""
    n = math.prod(shape)
    plain = tokens(n)
    counts = (torch.arange(n) < n - 3).expand(2, 3, n)
    hidden = [leaf.masked_fill(~counts[..., None], torch.nan).requires_grad_() for leaf in plain]
    found = attend(*hidden, **sizes, shape=shape, mask=counts)
    torch.testing.assert_close(
        found, kept_attention(*plain, keys_of(shape, **sizes) & seen(counts))
    )
    assert not found[..., n - 3 :, :].any()
    assert all(slope.isfinite().all() for slope in slopes(found, hidden))
    nothing = attend(*hidden, **sizes, shape=shape, mask=torch.zeros_like(counts))
    assert not nothing.any()


@pytest.mark.parametrize(("attend", "keys_of", "shape", "sizes"), [FORMS[1], FORMS[7]])
def test_one_mask_serves_every_text(attend, keys_of, shape, sizes):
    made, seen = torch.randn(3, 2, 23, 5, generator=torch.Generator()), torch.arange(23) < 17
    found = attend(*made, **sizes, mask=seen)
    torch.testing.assert_close(found, attend(*made, **sizes, mask=seen.expand(2, -1)))


@pytest.mark.parametrize("n", [0, 1])
@pytest.mark.parametrize(
    "attend",
    [
        partial(neighbourhood_attention, window=5, stride=3, dilation=2),
        partial(neighbourhood_attention, window=5, stride=3, causal=True),
        partial(halo_attention, block=3, halo=2),
    ],
)
def test_no_token_and_one(attend, n):
    queries, keys, values = tokens(n)
    torch.testing.assert_close(attend(queries, keys, values), values)
    flat = attend(queries, keys, values, shape=(1, n))
    torch.testing.assert_close(flat, values)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize(("attend", "keys_of", "shape", "sizes"), [FORMS[1], FORMS[7]])
def test_half_precision_and_autocast(attend, keys_of, shape, sizes, dtype):
    few = tokens(23, dtype)
    found = attend(*few, **sizes)
    assert found.dtype == dtype
    exact = attend(*(each.double() for each in few), **sizes)
    assert (found.double() - exact).abs().max() <= 8 * torch.finfo(dtype).eps
    single = tokens(23, torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = attend(*single, **sizes)
    assert torch.equal(inside, attend(*single, **sizes))


def test_the_cost_is_linear_and_a_stride_keeps_it():
    """Products of scores and reads: n w (d + d_v), whatever the stride; gathered keys: n w / s."""
    for stride in (1, 4, 8):
        with FlopCounterMode(display=False) as counter:
            neighbourhood_attention(*tokens(64), window=8, stride=stride)
        assert counter.get_total_flops() == 2 * 6 * 64 * 8 * (11 + 13)


def test_what_a_window_drops_is_told_and_bounds_the_error():
    few = tokens(23)
    whole = kept_attention(*few, torch.ones(23, 23, dtype=torch.bool))
    kept = neighbourhood_keys((23,), window=5, stride=3)
    told = dropped_by(few[0], few[1], kept)
    error = (neighbourhood_attention(*few, window=5, stride=3) - whole).norm(dim=-1)
    bound = 2 * told.mass * few[2].norm(dim=-1).amax(-1, keepdim=True)
    assert (error <= bound + 1e-12).all()
    assert told.density.unique().item() == pytest.approx(5 / 23)
    assert not told.empty.any()


@pytest.mark.parametrize("bad", [{"shape": (3, 7)}, {"mask": torch.ones(2, 3, 7).bool()}])
def test_shapes_that_do_not_fit_are_refused(bad):
    with pytest.raises((ValueError, TypeError), match=next(iter(bad))):
        neighbourhood_attention(*tokens(23), window=3, **bad)
    with pytest.raises((ValueError, TypeError), match=next(iter(bad))):
        halo_attention(*tokens(23), block=3, halo=1, **bad)


COMPILED = """
import torch
from attnkit.selection import halo_attention, neighbourhood_attention

tokens = torch.randn(3, 2, 15, 5, generator=torch.Generator().manual_seed(0))
whole = dict(fullgraph=True, backend="aot_eager")
for attend, sizes in (
    (neighbourhood_attention, dict(window=3, stride=2, dilation=2)),
    (neighbourhood_attention, dict(window=3, stride=2, causal=True, shape=(3, 5))),
    (halo_attention, dict(block=4, halo=2)),
):
    mask = torch.arange(15).expand(2, 15) < 13
    found = torch.compile(attend, **whole)(*tokens, **sizes, mask=mask)
    torch.testing.assert_close(found, attend(*tokens, **sizes, mask=mask))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
