"""Two ways to one prediction, against autograd, pseudoinverses and other changes."""

import math

import pytest
import torch

from attnkit.explore import gallery
from attnkit.icl.weight_shift import claims, data_shift, softmax_regression, weight_step


@pytest.mark.claim("prompt-equals-step")
@pytest.mark.parametrize("seed", range(3))
def test_the_changed_data_predict_what_the_step_does(seed):
    data, weights, targets = claims.drawn(seed + 10, n_keys=3 + 4 * seed)
    step = weight_step(data, weights, targets, rate=7.0)
    shift = data_shift(data, weights, step)
    by_step = softmax_regression(data, weights + step)
    assert (by_step - softmax_regression(data + shift, weights)).abs().max() < 1e-12
    assert max(claims.prompt_equals_step().values()) < 1e-12


@pytest.mark.claim("prompt-equals-step")
def test_no_other_change_that_keeps_the_scores_is_smaller():
    data, weights, targets = (each[0] for each in claims.drawn(3))
    step = weight_step(data, weights, targets, rate=3.0)
    shift = data_shift(data, weights, step)
    generator = torch.Generator().manual_seed(0)
    for _ in range(20):
        other = torch.randn(7, 5, generator=generator).double()
        other -= torch.outer(other @ weights, weights) / weights.square().sum()
        torch.testing.assert_close((data + shift + other) @ weights, data @ (weights + step))
        assert (shift + other).norm() > shift.norm()
        assert (shift * other).sum().abs() < 1e-12


@pytest.mark.claim("two-gradients")
@pytest.mark.parametrize("seed", range(3))
def test_two_gradients_are_apart_by_at_most_half_of_their_scores(seed):
    data, weights, targets = claims.drawn(seed + 20)
    for rate in (0.3, 2.0):
        shift = claims.gradient_shift(data, weights, targets, rate)
        step = weight_step(data, weights, targets, rate=rate)
        by_step = softmax_regression(data, weights + step)
        by_data = softmax_regression(data + shift, weights)
        scores = (data @ step[..., None] - shift @ weights[..., None])[..., 0]
        assert ((by_step - by_data).norm(dim=-1) <= scores.norm(dim=-1) / 2 + 1e-12).all()
    measured = claims.two_gradients()
    assert max(share for name, share in measured.items() if "largest" in name) <= 1
    assert measured["rate 3, median distance"] > 0.05


def test_both_gradients_are_those_of_autograd():
    data, weights, targets = (each[0].clone().requires_grad_() for each in claims.drawn(4))
    loss = ((data @ weights).softmax(-1) - targets).square().sum() / 2
    by_data, by_weights = torch.autograd.grad(loss, (data, weights))
    with torch.no_grad():
        step = weight_step(data, weights, targets, rate=0.7)
        shift = claims.gradient_shift(data, weights, targets, 0.7)
    torch.testing.assert_close(step, -0.7 * by_weights)
    torch.testing.assert_close(shift, -0.7 * by_data)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_computed_wide(dtype):
    data, weights, targets = (each.to(dtype) for each in claims.drawn(5))
    wide = [each.float() for each in (data, weights, targets)]
    step = weight_step(data, weights, targets, rate=1.0)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(step, weight_step(data, weights, targets, rate=1.0))
        assert torch.equal(step, weight_step(*wide, rate=1.0).to(dtype))
    shift = data_shift(data, weights, step)
    assert torch.equal(shift, data_shift(*wide[:2], step.float()).to(dtype))
    assert torch.equal(softmax_regression(data, weights), softmax_regression(*wide[:2]).to(dtype))


def test_weights_of_zero_cannot_be_helped():
    data, weights, _ = claims.drawn(6)
    with pytest.raises(ValueError, match="weights must not be zero"):
        data_shift(data, torch.zeros_like(weights), weights)
    empty = data_shift(data[:, :0], weights, weights)
    assert empty.shape == (200, 0, 5)


def test_the_figure_s_round_data_have_one_gradient_at_three_halves():
    compute = gallery()["weight-shift"].compute
    for turn in (100.0, 280.0):
        assert compute(squared=1.5, stretch=1.0, turn=turn)["apart"].max() < 1e-12
    found = compute(squared=6.0, stretch=1.0, turn=220.0, rate=4.0)
    assert found["apart"].max() > 0.3
    assert math.dist(
        (found["same_now_x"][0], found["same_now_y"][0]),
        (found["step_now_x"][0], found["step_now_y"][0]),
    ) == pytest.approx(0, abs=1e-12)
    assert compute(squared=1.5, stretch=2.0)["apart"].max() > 0.01


def test_what_leaves_half_precision_says_so():
    data = torch.full((3, 5), 1e3, dtype=torch.float16)
    weights = torch.full((5,), 1e-3, dtype=torch.float16)
    with pytest.raises(ValueError, match=r"shift overflows torch\.float16"):
        data_shift(data, weights, torch.full_like(weights, 100.0))
    data[0] = -1e3
    targets = torch.tensor([0.0, 1.0, 0.0], dtype=torch.float16)
    with pytest.raises(ValueError, match="step overflows"):
        weight_step(data, torch.zeros_like(weights), targets, rate=1e3)


@pytest.mark.parametrize(("dtype", "size"), [(torch.float64, 1e-150), (torch.float32, 1e-17)])
def test_short_weights_are_no_zeros(dtype, size):
    data, weights, _ = (each.to(dtype) for each in claims.drawn(6))
    weights = size * weights
    shift = data_shift(data, weights, size * weights.roll(1, 0) / size)
    moved = (data + shift).double() @ weights.double()[..., None] / size
    wanted = data.double() @ (weights + weights.roll(1, 0)).double()[..., None] / size
    torch.testing.assert_close(moved, wanted, rtol=1e-4, atol=1e-4)
    with pytest.raises(ValueError, match="weights must not be zero"):
        data_shift(data, weights * size, weights)


def test_nothing_to_shift_is_nothing():
    data, weights = torch.zeros(2, 3, 0), torch.zeros(2, 0)
    assert data_shift(data, weights, weights).shape == (2, 3, 0)
