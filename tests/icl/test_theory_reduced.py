"""The reduced losses, their gradients and flow, and the exact risk they approximate."""

import pytest
import torch

from attnkit.icl import Circuits, RegressionTask, risk, sample_prompts
from attnkit.icl.theory import (
    HeadMoments,
    authors_loss,
    corrected_loss,
    debiased_gradient_descent_rate,
    debiased_gradient_descent_risk,
    gradient_flow,
    head_moments,
    small_scale_risk,
)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def pair(scale: float, gain: float) -> tuple[torch.Tensor, torch.Tensor]:
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64)
    return scale * signs, gain * signs


def reduced_circuits(scales: torch.Tensor, gains: torch.Tensor, d: int) -> Circuits:
    heads = len(scales)
    key_query = torch.zeros(heads, d + 1, d, dtype=torch.float64)
    key_query[:, :d] = scales[:, None, None] * torch.eye(d, dtype=torch.float64)
    output_value = torch.zeros(heads, 1, d + 1, dtype=torch.float64)
    output_value[:, 0, d] = gains
    return Circuits(key_query, output_value)


@pytest.mark.parametrize("loss", [authors_loss(5, 40, 0.1), corrected_loss(3, 7, 0.5)])
def test_gradients_match_differentiation(loss):
    source = generator()
    scales = torch.randn(2, 3, generator=source, dtype=torch.float64) / 3
    gains = torch.randn(2, 3, generator=source, dtype=torch.float64)
    scales.requires_grad_()
    gains.requires_grad_()
    wanted = torch.autograd.grad(loss(scales, gains).sum(), (scales, gains))
    for one, other in zip(loss.gradient(scales, gains), wanted, strict=True):
        torch.testing.assert_close(one, other)


@pytest.mark.parametrize("loss", [authors_loss(5, 40, 0.1), corrected_loss(3, 7, 0.5)])
def test_best_gains_are_stationary(loss):
    scales = torch.tensor([0.3, -0.2], dtype=torch.float64)
    _, by_gains = loss.gradient(scales, loss.best_gains(scales))
    torch.testing.assert_close(by_gains, torch.zeros_like(by_gains), atol=1e-12, rtol=0)


def test_the_corrected_loss_has_the_small_scale_limit_and_the_authors_has_not():
    scales, gains = pair(1e-3, 440.0)
    limit = small_scale_risk(scales, gains, 5, 40, 0.1)
    torch.testing.assert_close(corrected_loss(5, 40, 0.1)(scales, gains), limit, atol=1e-5, rtol=0)
    missing = limit - authors_loss(5, 40, 0.1)(scales, gains)
    rate = debiased_gradient_descent_rate(5, 40, 0.1)
    torch.testing.assert_close(missing.item(), rate / 40, rtol=0.02, atol=0)


def test_the_authors_loss_falls_all_the_way_to_scale_zero():
    loss = authors_loss(5, 40, 0.1)
    values = []
    for scale in (0.4, 0.2, 0.1, 0.05, 0.025):
        scales, _ = pair(scale, 1.0)
        values.append(loss(scales, loss.best_gains(scales)).item())
    assert values == sorted(values, reverse=True)
    noise = 1.1 / 40
    scale = torch.tensor(0.4, dtype=torch.float64)
    profile = 1.1 - 1 / (1 + noise * torch.sinh(5 * scale**2) / scale**2)
    assert values[0] == pytest.approx(profile.item())


@pytest.mark.parametrize(("scale", "gain"), [(0.1, 4.4), (0.3, 1.3), (0.6, 0.5)])
def test_head_moments_give_the_risk_of_the_simulated_model(scale, gain):
    scales, gains = pair(scale, gain)
    gains = gains * torch.tensor([1.0, 0.9], dtype=torch.float64)
    predicted = head_moments(scales, 3, 7, 0.5, n_draws=20_000, generator=generator()).risk(gains)
    task = RegressionTask(d=3, n_examples=7, noise_variance=0.5)
    prompts = sample_prompts(task, 40_000, generator=generator(1), dtype=torch.float64)
    simulated = risk(reduced_circuits(scales, gains, 3), prompts)
    spread = (predicted.standard_error**2 + simulated.standard_error**2) ** 0.5
    assert abs(predicted.mean - simulated.mean) < 3 * spread
    assert predicted.standard_error < 0.5 * simulated.standard_error


@pytest.mark.claim("flat-valley")
def test_the_valley_is_flat():
    """With the best gains, scales from 0.02 to 0.15 are within a thousandth of each other."""

    def moments(scale):
        drawn = generator()  # the same draws for every scale
        return head_moments(pair(scale, 1)[0], 5, 40, 0.1, n_draws=12_000, generator=drawn)

    near_zero = moments(1e-3)
    for scale in (0.02, 0.08, 0.15):
        gap = moments(scale).excess_risk(moments(scale).best_gains(), near_zero)
        assert gap.standard_error < 2e-4
        assert gap.mean.abs() + 3 * gap.standard_error < 1.2e-3
    steep = moments(0.5).excess_risk(moments(0.5).best_gains(), near_zero)
    assert steep.mean > 0.01 + 3 * steep.standard_error


@pytest.mark.claim("one-head-loses")
def test_one_head_cannot_reach_two():
    """Over all scales the best single head stays far above debiased gradient descent."""
    best = min(
        moments.risk(moments.best_gains()).mean.item()
        for scale in torch.linspace(0.1, 1.0, 10)
        for moments in [head_moments(scale[None], 5, 40, 0.1, n_draws=2000, generator=generator())]
    )
    assert 0.38 < best < 0.43
    assert best > 1.5 * debiased_gradient_descent_risk(5, 40, 0.1)


def test_the_standard_error_of_independent_draws_is_the_usual_one():
    """Neighbours tell the spread: half the mean square of their difference is the variance."""
    draws = torch.randn(20_000, 1, generator=generator(), dtype=torch.float64)
    moments = HeadMoments(draws, torch.zeros(20_000, 1, 1).double(), 0.1)
    estimate = moments.risk(torch.tensor([3.0]).double())
    usual = (6.0 * draws).std() / 20_000**0.5
    assert estimate.standard_error.item() == pytest.approx(usual.item(), rel=0.03)


def test_the_standard_error_is_the_spread_of_repeated_draws():
    scales, gains = pair(0.5, 0.7)
    estimates = [
        head_moments(scales, 3, 7, 0.5, n_draws=400, generator=generator(seed)).risk(gains)
        for seed in range(60)
    ]
    spread = torch.stack([estimate.mean for estimate in estimates]).std().item()
    told = torch.stack([estimate.standard_error for estimate in estimates]).mean().item()
    assert told == pytest.approx(spread, rel=0.25)


def test_the_flow_descends_and_ends_on_the_zero_sum_valley():
    loss = authors_loss(5, 40, 0.1)
    times = torch.linspace(0, 60, 121)
    scales, gains = gradient_flow(
        loss.gradient, torch.tensor([0.02, -0.02]), torch.tensor([0.03, -0.01]), times=times
    )
    values = loss(scales, gains)
    assert (values.diff() <= 1e-9).all()
    assert scales[0].tolist() == pytest.approx([0.02, -0.02])
    assert scales[-1, 0] > 0.1 > -0.1 > scales[-1, 1]
    assert gains[-1].sum().abs() < 0.02 * gains[-1].abs().sum()
    product = (scales[-1] * gains[-1]).sum().item()
    assert product == pytest.approx(debiased_gradient_descent_rate(5, 40, 0.1), rel=0.06)


def test_the_flow_matches_small_steps_of_descent():
    loss = corrected_loss(5, 40, 0.1)
    scales, gains = torch.tensor([0.1, -0.2]).double(), torch.tensor([0.1, -0.3]).double()
    flow_scales, flow_gains = gradient_flow(
        loss.gradient, scales, gains, times=torch.tensor([0.0, 1.0])
    )
    for _ in range(1000):
        by_scales, by_gains = loss.gradient(scales, gains)
        scales, gains = scales - 5e-4 * by_scales, gains - 5e-4 * by_gains
    torch.testing.assert_close(flow_scales[-1], scales, atol=1e-3, rtol=0)
    torch.testing.assert_close(flow_gains[-1], gains, atol=1e-3, rtol=0)


def test_heads_of_one_sign_stay_of_one_sign():
    """The sign lottery in the reduced flow: both heads start positive and remain so."""
    scales, _ = gradient_flow(
        authors_loss(5, 40, 0.1).gradient,
        torch.tensor([0.02, 0.01]),
        torch.tensor([0.03, 0.02]),
        times=torch.linspace(0, 40, 41),
    )
    assert (scales > 0).all()
