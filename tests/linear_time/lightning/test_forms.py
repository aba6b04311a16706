"""Lightning attention beside sums written out; blocks of any size, states, masks, precision."""

import math

import pytest
import torch

from attnkit.linear_time import lightning_attention, lightning_log_decay
from attnkit.linear_time.lightning import (
    parallel_lightning_attention,
    recurrent_lightning_attention,
)
from attnkit.memory import linear_attention

FORMS = [lightning_attention, recurrent_lightning_attention, parallel_lightning_attention]
FAN = lightning_log_decay(3, 0, 2)


def tokens(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    drawn = [torch.randn(*shape, n, generator=generator, dtype=torch.float64) for n in (3, 3, 5)]
    return [t.to(dtype) for t in drawn]


@pytest.mark.parametrize("form", FORMS)
def test_a_pair_is_worth_a_factor_less_for_every_token_since(form):
    q, k, v = tokens(13)
    wanted = torch.zeros(13, 5, dtype=torch.float64)
    for i in range(13):
        for j in range(i + 1):
            wanted[i] += math.exp(-0.7) ** (i - j) * (q[i] @ k[j]) * v[j]
    torch.testing.assert_close(form(q, k, v, -0.7)[0], wanted)


@pytest.mark.parametrize("size", [1, 2, 7, 16, 64, 70, 71, 100])
def test_blocks_of_any_size_agree_to_ten_digits(size):
    whole = tokens(2, 3, 71)
    wanted = recurrent_lightning_attention(*whole, FAN)
    made = lightning_attention(*whole, FAN, block_size=size)
    for one, other in zip(made, wanted, strict=True):
        assert (one - other).abs().max() < 1e-10 * other.abs().max()


@pytest.mark.parametrize("form", FORMS)
def test_each_head_forgets_at_its_own_rate(form):
    q, k, v = tokens(2, 3, 11)
    together, _ = form(q, k, v, FAN)
    for head, rate in enumerate(FAN.tolist()):
        alone, _ = form(q[:, head], k[:, head], v[:, head], rate)
        torch.testing.assert_close(together[:, head], alone)


@pytest.mark.parametrize("rate", [0.0, -0.01, -1.0, -7.0, -100.0, -1e6])
def test_no_decay_overflows_at_any_block_size(rate):
    """λ to the power −128 would be e^896 at a rate of 7: nothing here divides by such a power."""
    q, k, v = tokens(300, dtype=torch.float32)
    output, state = lightning_attention(q, k, v, rate, block_size=128)
    exact, _ = recurrent_lightning_attention(q.double(), k.double(), v.double(), rate)
    torch.testing.assert_close(output.double(), exact, atol=2e-4, rtol=1e-4)
    assert state.isfinite().all()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("rate", [-1e300, torch.tensor([-1e300, -0.1], dtype=torch.float64)])
def test_a_decay_beyond_single_precision_forgets_at_once(form, rate):
    """-1e300 is minus infinity there, and that times a distance of zero was NaN."""
    q, k, v = tokens(2, 11, dtype=torch.float32)
    alone = ((q * k).sum(-1, keepdim=True) * v)[0]
    for mask in (None, torch.ones(2, 11, dtype=torch.bool)):
        torch.testing.assert_close(form(q, k, v, rate, mask=mask)[0][0], alone)


def test_it_is_linear_attention_with_one_decay_for_all_tokens():
    q, k, v = tokens(2, 3, 71)
    wanted = linear_attention(q, k, v, log_decay=FAN[:, None].expand(2, 3, 71))
    torch.testing.assert_close(lightning_attention(q, k, v, FAN), wanted)


@pytest.mark.parametrize("cut", [1, 63, 64, 65])
def test_it_goes_on_from_its_state_at_any_cut(cut):
    q, k, v = tokens(2, 3, 71)
    whole, last = lightning_attention(q, k, v, FAN)
    first, state = lightning_attention(*(t[..., :cut, :] for t in (q, k, v)), FAN)
    rest = (t[..., cut:, :] for t in (q, k, v))
    second, state = lightning_attention(*rest, FAN, initial_state=state)
    torch.testing.assert_close(torch.cat([first, second], -2), whole)
    torch.testing.assert_close(state, last)


@pytest.mark.parametrize("form", FORMS)
def test_a_masked_token_neither_writes_nor_ages_the_others(form):
    q, k, v = tokens(9)
    mask = torch.tensor([1, 1, 0, 1, 0, 0, 1, 1, 0], dtype=torch.bool)
    blank = [t.masked_fill(~mask[:, None], torch.nan) for t in (q, k, v)]
    output, state = form(*blank, -0.4, mask=mask)
    alone, left = form(q[mask], k[mask], v[mask], -0.4)
    torch.testing.assert_close(output[mask], alone)
    torch.testing.assert_close(state, left)
    assert not output[~mask].any()


def test_derivatives_of_both_orders_also_by_the_decay():
    rate = torch.tensor([-0.2, -1.5], dtype=torch.float64)
    leaves = [t.requires_grad_() for t in (*tokens(2, 5), rate)]

    def read(*given):
        return lightning_attention(*given, block_size=2)

    assert torch.autograd.gradcheck(read, leaves)
    assert torch.autograd.gradgradcheck(read, leaves)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_in_half_out_and_autocast_changes_nothing(form, dtype):
    whole = tokens(2, 3, 37, dtype=dtype)
    output, state = form(*whole, FAN)
    assert output.dtype == dtype or form is not lightning_attention
    assert state.dtype == torch.float32
    exact, _ = form(*(t.double() for t in whole), FAN)
    torch.testing.assert_close(output.double(), exact, atol=0.05, rtol=0.02)
    single = [t.float() for t in whole]
    with torch.autocast("cpu", torch.bfloat16):
        mixed, _ = lightning_attention(*single, FAN)
    torch.testing.assert_close(mixed, lightning_attention(*single, FAN)[0], rtol=0, atol=0)


COMPILED = """
import torch
from attnkit.linear_time import lightning_attention, lightning_log_decay

q, k, v = torch.randn(3, 2, 3, 37, 5)
fan, mask = lightning_log_decay(3, 0, 2).float(), torch.arange(37).expand(2, 3, 37) % 5 > 0
whole = torch.compile(lightning_attention, fullgraph=True, backend="aot_eager")
for more in ({"block_size": 16}, {"mask": mask}):
    wanted = lightning_attention(q, k, v, fan, **more)
    torch.testing.assert_close(whole(q, k, v, fan, **more), wanted)
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


def test_empty_batches_and_widths_and_a_single_token():
    output, state = lightning_attention(*(t[:0] for t in tokens(2, 5)), -0.1)
    assert (output.shape, state.shape) == ((0, 5, 5), (0, 3, 5))
    q, k, v = tokens(1)
    torch.testing.assert_close(lightning_attention(q, k, v, -3.0)[0], (q * k).sum() * v)
    none = torch.zeros(4, 0)
    assert not lightning_attention(none, none, torch.ones(4, 2), -1.0)[0].any()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"log_decay": 0.1}, "log_decay must be in"),
        ({"log_decay": torch.tensor([-1.0, -2.0])}, r"log_decay must broadcast .*\(3,\).*\(2,\)"),
        ({"values": torch.full((3, 7, 5), torch.nan)}, "values must hold finite numbers"),
        ({"values": torch.full((3, 7, 5), 3e38)}, "overflows torch.float32"),
        ({"initial_state": torch.zeros(3, 5, 3)}, "initial_state must have shape"),
        ({"block_size": 0}, "block_size must be .*got 0"),
    ],
)
def test_what_does_not_fit_is_named(changed, words):
    given = dict(zip(("queries", "keys", "values"), tokens(3, 7, dtype=torch.float32), strict=True))
    with pytest.raises(ValueError, match=words):
        lightning_attention(**{**given, "log_decay": -0.1, **changed})


@pytest.mark.parametrize("form", FORMS)
def test_a_sequence_without_tokens_is_refused(form):
    with pytest.raises(ValueError, match="queries must hold at least one token"):
        form(*(t[:0] for t in tokens(3)), -0.1)


def test_the_fan_of_rates():
    fan = lightning_log_decay(8, 0, 6).exp()
    assert fan[0] == 1
    assert [round(rate, 2) for rate in fan[1:4].tolist()] == [0.37, 0.14, 0.05]
    assert fan[7].item() == pytest.approx(9e-4, rel=0.02)
    assert lightning_log_decay(8, 5, 6).exp()[7].item() == pytest.approx(0.31, abs=0.005)
    with pytest.raises(ValueError, match="layer must be below n_layers = 6, got 6"):
        lightning_log_decay(8, 6, 6)
