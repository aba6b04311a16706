"""Closed forms against simulation, within three standard errors, and their limits."""

import pytest
import torch

from attnkit.icl import (
    BayesRidge,
    DebiasedGradientDescent,
    GradientDescent,
    RegressionTask,
    risk,
    sample_prompts,
)
from attnkit.icl.theory import (
    asymptotic_bayes_risk,
    debiased_gradient_descent_rate,
    debiased_gradient_descent_risk,
    gradient_descent_rate,
    gradient_descent_risk,
    head_moments,
    small_scale_risk,
)

SETTINGS = [(5, 40, 0.1), (3, 7, 0.5), (11, 5, 2.0), (2, 1, 0.1)]


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def prompts_of(d, n_examples, noise_variance, n_prompts=40_000):
    task = RegressionTask(d=d, n_examples=n_examples, noise_variance=noise_variance)
    return sample_prompts(task, n_prompts, generator=generator(d))


@pytest.mark.parametrize("setting", SETTINGS)
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_descent_risks_match_simulation(setting, share):
    prompts = prompts_of(*setting)
    for predictor, best, formula in (
        (GradientDescent, gradient_descent_rate, gradient_descent_risk),
        (DebiasedGradientDescent, debiased_gradient_descent_rate, debiased_gradient_descent_risk),
    ):
        rate = share * best(*setting)
        measured = risk(predictor(rate), prompts)
        assert abs(measured.mean - formula(*setting, rate=rate)) < 3 * measured.standard_error


@pytest.mark.claim("debiased-descent-optimum")
def test_the_papers_setting():
    assert debiased_gradient_descent_rate(5, 40, 0.1) == pytest.approx(0.87912, abs=5e-6)
    assert debiased_gradient_descent_risk(5, 40, 0.1) == pytest.approx(0.242857, abs=5e-7)
    assert debiased_gradient_descent_risk(5, 40, 0.1) == pytest.approx(1.1 - 39 / (40 + 5.5))


@pytest.mark.parametrize("setting", SETTINGS[:3])
def test_best_rates_are_best(setting):
    for best, formula in (
        (gradient_descent_rate, gradient_descent_risk),
        (debiased_gradient_descent_rate, debiased_gradient_descent_risk),
    ):
        rate = best(*setting)
        least = formula(*setting)
        assert least == pytest.approx(formula(*setting, rate=rate))
        for other in (0.9 * rate, 1.1 * rate):
            assert formula(*setting, rate=other) > least


def test_a_single_example_leaves_nothing_after_centring():
    assert debiased_gradient_descent_risk(5, 1, 0.1) == pytest.approx(1.1)


def test_formulas_broadcast_over_tensors():
    lengths = torch.tensor([10.0, 40.0, 160.0])
    noises = torch.tensor([[0.1], [1.0]])
    table = debiased_gradient_descent_risk(5, lengths, noises)
    assert table.shape == (2, 3)
    assert table[1, 1].item() == pytest.approx(debiased_gradient_descent_risk(5, 40, 1.0))


@pytest.mark.claim("zero-sum-in-one-line")
def test_small_scale_risk_is_the_limit_of_the_exact_risk():
    """At scale 0.003, with and without zero sum; the sum alone costs (S/L) z^2."""
    scales = torch.tensor([0.003, -0.003], dtype=torch.float64)
    for total in (0.0, 3.0):
        gains = torch.tensor([140.0 + total, -140.0], dtype=torch.float64)
        moments = head_moments(scales, 5, 40, 0.1, n_draws=20_000, generator=generator(4))
        exact, formula = moments.risk(gains), small_scale_risk(scales, gains, 5, 40, 0.1)
        assert abs(exact.mean - formula) < 3 * exact.standard_error
        rate = (scales * gains).sum().item()
        paid = formula.item() - debiased_gradient_descent_risk(5, 40, 0.1, rate=rate)
        assert paid == pytest.approx(1.1 / 40 * total**2)


def test_small_scale_risk_of_a_zero_sum_pair_is_debiased_descent():
    scales, gains = torch.tensor([0.3, -0.3, 0.0]), torch.tensor([1.0, -1.0, 0.0])
    value = small_scale_risk(scales, gains, 5, 40, 0.1)
    assert value.item() == pytest.approx(debiased_gradient_descent_risk(5, 40, 0.1, rate=0.6))


@pytest.mark.parametrize("noise_variance", [0.1, 1.0])
@pytest.mark.parametrize(("d", "n_examples"), [(20, 40), (40, 40), (30, 20)])
def test_asymptotic_bayes_risk_is_within_two_percent(d, n_examples, noise_variance):
    measured = risk(BayesRidge(noise_variance), prompts_of(d, n_examples, noise_variance, 4000))
    wanted = asymptotic_bayes_risk(d / n_examples, noise_variance)
    assert abs(measured.mean - wanted) < 3 * measured.standard_error + 0.02 * wanted


def test_asymptotic_bayes_risk_solves_its_equation_and_has_the_right_limits():
    ratio, noise = 0.7, 0.3
    root = 1 / (ratio * asymptotic_bayes_risk(ratio, noise))
    assert 1 / root == pytest.approx(ratio * noise + ratio / (1 + root))
    assert asymptotic_bayes_risk(1e-4, noise) == pytest.approx(noise, rel=1e-3)
    assert asymptotic_bayes_risk(1e4, noise) == pytest.approx(1 + noise, rel=1e-3)


@pytest.mark.parametrize(
    "bad", [(0, 40, 0.1), (5, 0, 0.1), (5, 40, 0.0), (5, 40, -1.0), (5, 40, float("nan"))]
)
def test_impossible_settings_are_refused(bad):
    with pytest.raises(ValueError, match=r"d must|n_examples must|noise_variance must"):
        debiased_gradient_descent_risk(*bad)
    with pytest.raises(ValueError, match="noise_variance"):
        debiased_gradient_descent_risk(5, 40, torch.tensor([0.1, -0.1]))
