"""Sink share and rate: the paper's mean over visible queries, against loops and known maps."""

import math

import pytest
import torch

from attnkit.diagnostics import sink_rate, sink_share

N_TOKENS = 7
CAUSAL = torch.ones(N_TOKENS, N_TOKENS, dtype=torch.bool).tril()


def causal_maps(*heads, seed=0):
    generator = torch.Generator().manual_seed(seed)
    scores = 2 * torch.randn(*heads, N_TOKENS, N_TOKENS, generator=generator, dtype=torch.float64)
    return scores.masked_fill(~CAUSAL, -math.inf).softmax(-1)


def test_a_loop_over_visible_queries():
    maps = causal_maps(3)
    shares = sink_share(maps, CAUSAL)
    for head in range(3):
        for key in range(N_TOKENS):
            seen = [maps[head, query, key].item() for query in range(key, N_TOKENS)]
            assert shares[head, key].item() == pytest.approx(sum(seen) / len(seen))


def test_each_looking_at_itself():
    """The k-th of T keys is seen by T - k + 1 queries, and weighed by one of them."""
    wanted = 1 / torch.arange(N_TOKENS, 0, -1, dtype=torch.float64)
    torch.testing.assert_close(sink_share(torch.eye(N_TOKENS).double(), CAUSAL), wanted)


def test_the_last_key_of_uniform_causal_rows():
    uniform = CAUSAL.double() / CAUSAL.sum(-1, keepdim=True)
    assert sink_share(uniform, CAUSAL)[-1].item() == pytest.approx(1 / N_TOKENS)


def test_without_a_mask_every_query_counts():
    torch.testing.assert_close(sink_share(causal_maps(2)), causal_maps(2).mean(-2))


def test_a_key_that_nobody_sees_has_no_share_and_no_rate():
    mask = CAUSAL.clone()
    mask[:, 3] = False
    assert sink_share(causal_maps(2), mask)[:, 3].isnan().all()
    assert sink_share(causal_maps(2), mask)[:, :3].isfinite().all()
    assert sink_rate(causal_maps(2), mask=mask).isnan().tolist() == [k == 3 for k in range(7)]


def test_what_is_hidden_is_never_looked_at():
    maps = causal_maps(2).masked_fill(~CAUSAL, math.nan)
    torch.testing.assert_close(sink_share(maps, CAUSAL), sink_share(causal_maps(2), CAUSAL))


def test_the_rate_counts_heads_above_the_threshold():
    maps = causal_maps(5, 3, seed=1)
    shares = sink_share(maps, CAUSAL).reshape(15, N_TOKENS)
    for threshold in (0.0, 0.3, 0.6):
        counted = torch.stack([(row > threshold).double() for row in shares]).mean(0)
        torch.testing.assert_close(sink_rate(maps, threshold, CAUSAL), counted)


def test_a_share_of_exactly_the_threshold_is_no_sink():
    halves = torch.full((1, 2, 2), 0.5)
    assert sink_rate(halves, 0.5).tolist() == [0.0, 0.0]


def test_one_map_without_heads_and_no_map_at_all():
    assert set(sink_rate(causal_maps(), 0.3, CAUSAL).tolist()) <= {0.0, 1.0}
    assert sink_rate(torch.zeros(0, 3, 5)).isnan().all()
    assert sink_rate(torch.zeros(2, 3, 0)).shape == (0,)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_averaged_in_float32(dtype):
    many = torch.full((3, 5003, 2), 0.5).to(dtype)
    assert sink_share(many).dtype == torch.float32
    torch.testing.assert_close(sink_share(many), torch.full((3, 2), 0.5))


def test_differentiable_where_seen_alone():
    maps = causal_maps(2).requires_grad_()
    sink_share(maps, CAUSAL)[:, 0].sum().backward()
    wanted = torch.zeros_like(maps)
    wanted[:, :, 0] = 1 / N_TOKENS
    torch.testing.assert_close(maps.grad, wanted)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: sink_share(torch.rand(7)), "weights must"),
        (lambda: sink_share(torch.rand(3, 5), torch.ones(2, 5).bool()), "mask must broadcast"),
        (lambda: sink_rate(torch.rand(2, 3, 5), 1.5), r"threshold must be in \[0, 1\], got 1.5"),
    ],
)
def test_what_does_not_fit_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()
