"""Both stages against sums written out and against a softmax, at every edge of their input."""

import math

import pytest
import torch

from attnkit.length.softplus import reweight, reweighted_softplus_weights, softplus_weights


def rows(*shape, seed=0, spread=3.0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(*shape, generator=generator, dtype=dtype)


def plain(row):
    """The first stage, one key after another, in Python numbers."""
    raised = [math.log1p(math.exp(score)) for score in row]
    return [each / sum(raised) for each in raised]


def plainly_sharpened(weights, power, offset):
    raised = [max(len(weights) * weight - offset, 0) ** power for weight in weights]
    return [each / sum(raised) for each in raised]


def test_the_first_stage_equals_the_plain_loop():
    scores = rows(3, 7)
    wanted = torch.tensor([plain(row) for row in scores.tolist()], dtype=torch.float64)
    torch.testing.assert_close(softplus_weights(scores), wanted, rtol=1e-13, atol=0)


@pytest.mark.parametrize(("power", "offset"), [(1.0, 0.0), (2.5, 0.5), (15.0, 1.0), (40.0, 1.5)])
def test_the_second_stage_equals_the_plain_loop(power, offset):
    weights = softplus_weights(rows(3, 7))
    wanted = [plainly_sharpened(row, power, offset) for row in weights.tolist()]
    sharpened = reweight(weights, power, offset)
    torch.testing.assert_close(
        sharpened, torch.tensor(wanted, dtype=torch.float64), rtol=1e-11, atol=1e-30
    )


def test_by_default_the_offset_is_one_and_none_in_rows_of_three():
    scores = rows(7, 7)
    causal = torch.ones(7, 7, dtype=torch.bool).tril()
    sharpened = reweighted_softplus_weights(scores, mask=causal)
    for place, offset in enumerate((0, 0, 0, 1, 1, 1, 1)):
        seen = scores[place, : place + 1]
        alone = torch.tensor(plainly_sharpened(plain(seen.tolist()), 15, offset))
        torch.testing.assert_close(sharpened[place, : place + 1].float(), alone)


def test_low_scores_have_the_weights_of_a_softmax():
    low = rows(3, 7) - 60
    torch.testing.assert_close(softplus_weights(low), low.softmax(-1), rtol=1e-12, atol=0)
    far = torch.tensor([-2000.0, -2001.0])
    torch.testing.assert_close(softplus_weights(far), far.softmax(-1))


def test_high_scores_have_weights_in_proportion():
    high = rows(3, 7).abs() + 60
    torch.testing.assert_close(softplus_weights(high), high / high.sum(-1, keepdim=True))


def test_no_power_and_no_offset_change_nothing():
    weights = softplus_weights(rows(3, 7))
    torch.testing.assert_close(reweight(weights, 1.0, 0.0), weights)


def test_the_order_of_the_weights_is_kept():
    scores = rows(13, 11).sort(-1).values
    for power in (1.0, 4.0, 15.0):
        sharpened = reweighted_softplus_weights(scores, power)
        assert (sharpened.diff(dim=-1) >= 0).all()
        torch.testing.assert_close(sharpened.sum(-1), torch.ones(13, dtype=torch.float64))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("n_keys", [5, 7, 1009])
def test_a_level_row_becomes_zeros_whatever_its_rounding(dtype, n_keys):
    for seed in range(3):
        level = rows(3, 1, seed=seed, dtype=dtype).expand(3, n_keys).clone().requires_grad_()
        sharpened = reweighted_softplus_weights(level)
        assert sharpened.count_nonzero() == 0
        (slope,) = torch.autograd.grad(sharpened.sum(), level)
        assert slope.count_nonzero() == 0


def test_rounding_alone_makes_no_row_uneven():
    generator = torch.Generator().manual_seed(0)
    noise = 4 * torch.finfo(torch.float32).eps * torch.rand(3, 1009, generator=generator)
    assert reweight((1 + noise) / 1009).count_nonzero() == 0


def test_almost_level_is_not_level():
    scores = torch.zeros(7, dtype=torch.float64)
    scores[3] = 1e-6
    assert reweighted_softplus_weights(scores)[3] == 1


def test_in_short_rows_a_level_row_stays_level():
    for n_keys in (1, 2, 3):
        sharpened = reweighted_softplus_weights(torch.zeros(n_keys))
        torch.testing.assert_close(sharpened, torch.full((n_keys,), 1 / n_keys))


def test_a_power_of_fifteen_neither_overflows_nor_vanishes():
    one_hot = torch.zeros(2, 65537)
    one_hot[:, 5] = 1
    assert torch.equal(reweight(one_hot), one_hot)
    faint = torch.full((65537,), 1 / 65537)
    faint[5] *= 1.001
    assert reweight(faint)[5] == pytest.approx(1, abs=1e-6)
