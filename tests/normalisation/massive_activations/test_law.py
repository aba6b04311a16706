"""The law of five parameters: its formula, its peak, its fit."""

import math

import pytest
import torch
from scipy.optimize import minimize_scalar
from scipy.special import lambertw

from attnkit.normalisation.massive_activations import EmergenceLaw, fit_emergence, lambert_w

PYTHIA_LIKE = EmergenceLaw(120.0, 0.12, 0.0012, 0.5, 20.0)
LAWS = [
    PYTHIA_LIKE,
    EmergenceLaw(3.0, 2.0, 0.01, 0.1, -1.0),
    EmergenceLaw(1e3, 1e-3, 0.05, 2.0, 0.0),
    EmergenceLaw(-7.0, 0.5, 0.002, 0.3, 11.0),
]


def checkpoints():
    """Those of the Pythia suite: powers of two to 512, then every thousand to 143,000."""
    early = 2.0 ** torch.arange(10)
    return torch.cat([torch.zeros(1), early, torch.arange(1000, 144_000, 1000)]).double()


@pytest.mark.parametrize("number", [0.0, 1e-300, 1e-9, 0.1, 1.0, math.e, 3.0, 3.1, 1e5, 1e300])
def test_lambert_is_scipys_and_solves_its_equation(number):
    w = lambert_w(number)
    assert w == pytest.approx(float(lambertw(number).real), rel=2e-15, abs=0)
    if number > 0:
        assert w + math.log(w) == pytest.approx(math.log(number), rel=1e-13, abs=1e-13)


def test_the_law_is_its_formula():
    for step in (0.0, 1000.0):
        value = PYTHIA_LIKE(torch.tensor(step)).item()
        x = 0.0012 * step + 0.5
        assert value == pytest.approx(120 * math.exp(-0.12 * x) * math.log(x) + 20, rel=1e-5)


@pytest.mark.parametrize("law", LAWS)
def test_the_peak_is_where_a_search_finds_it(law):
    sign = math.copysign(1.0, law.amplitude)

    def depth(step):
        return -sign * law(torch.tensor(step, dtype=torch.float64)).item()

    ends = (0.2 * law.peak_step, 5 * law.peak_step)
    found = minimize_scalar(depth, bounds=ends, method="bounded", options={"xatol": 1e-9})
    assert law.peak_step == pytest.approx(found.x, rel=1e-4)
    assert law.peak_value == pytest.approx(-sign * found.fun, rel=1e-10)


@pytest.mark.parametrize("law", LAWS)
def test_the_slope_vanishes_at_the_peak(law):
    step = torch.tensor(law.peak_step, dtype=torch.float64, requires_grad=True)
    law(step).backward()
    assert abs(step.grad.item()) * law.peak_step < 1e-10 * abs(law.amplitude)


def test_the_law_goes_to_its_plateau_from_above():
    late = PYTHIA_LIKE(torch.tensor([1e5, 1e6, 1e9], dtype=torch.float64))
    assert (late >= 20).all()
    assert late[-1].item() == pytest.approx(20.0)


@pytest.mark.parametrize("law", LAWS[:2])
def test_a_fit_without_noise_finds_the_law(law):
    steps = checkpoints() if law is PYTHIA_LIKE else torch.linspace(0, 997, 101).double()
    fitted, r_squared = fit_emergence(steps, law(steps))
    assert r_squared == pytest.approx(1.0, abs=1e-9)
    assert fitted.peak_step == pytest.approx(law.peak_step, rel=1e-3)
    assert fitted.plateau == pytest.approx(law.plateau, abs=1e-2)


def test_the_fit_has_the_least_residual():
    """No smaller one in a thousand laws around it."""
    steps, generator = checkpoints(), torch.Generator().manual_seed(0)
    noise = 1 + 0.05 * torch.randn(len(steps), generator=generator, dtype=torch.float64)
    values = PYTHIA_LIKE(steps) * noise
    fitted, r_squared = fit_emergence(steps, values)
    found = (fitted(steps) - values).square().sum()
    assert r_squared == pytest.approx((1 - found / values.sub(values.mean()).square().sum()).item())
    for _ in range(1000):
        moved = 1 + 1e-3 * torch.randn(5, generator=generator, dtype=torch.float64)
        each = (fitted.amplitude, fitted.decay, fitted.rate, fitted.offset, fitted.plateau)
        other = EmergenceLaw(*(moved * torch.tensor(each).double()).tolist())
        assert (other(steps) - values).square().sum() >= found * (1 - 1e-6)


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (torch.arange(5.0), "steps must hold six different numbers, got 5"),
        (torch.arange(7.0) - 1, "steps must be in"),
    ],
)
def test_too_little_or_too_early_is_refused(steps, message):
    with pytest.raises(ValueError, match=message):
        fit_emergence(steps, torch.zeros_like(steps))


def test_values_that_do_not_move_are_no_law():
    assert math.isnan(fit_emergence(torch.arange(7.0), torch.ones(7)).r_squared)


def test_a_parameter_that_must_be_positive_is_named():
    with pytest.raises(ValueError, match="decay must be in"):
        EmergenceLaw(1.0, 0.0, 1.0, 1.0, 0.0)
