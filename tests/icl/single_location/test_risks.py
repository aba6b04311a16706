"""Quadrature against sampling, closed forms, and the identities of a posterior."""

import math

import pytest
import torch

from attnkit.icl import single_location as here
from attnkit.length.theory import mean_needle_weight


def sampled(n_tokens, lead, spread, n_rows=20_011):
    """Means and four standard errors of hit and collision."""
    generator = torch.Generator().manual_seed(0)
    scores = spread * torch.randn(n_rows, n_tokens, generator=generator, dtype=torch.float64)
    scores[:, 0] += lead
    weights = scores.softmax(-1)
    found = torch.stack([weights[:, 0], weights.square().sum(-1)])
    return found.mean(-1).tolist(), (4 * found.std(-1) / math.sqrt(n_rows)).tolist()


@pytest.mark.parametrize("n_tokens", [2, 13, 211])
@pytest.mark.parametrize(("lead", "spread"), [(0.0, 1.0), (3.0, 0.5), (-2.0, 4.0), (40.0, 11.0)])
def test_quadrature_equals_sampling(n_tokens, lead, spread):
    means, errors = sampled(n_tokens, lead, spread)
    for found, mean, error in zip(
        here.location_moments(n_tokens, lead, spread), means, errors, strict=True
    ):
        assert found == pytest.approx(mean, abs=error + 1e-9)


@pytest.mark.parametrize("n_tokens", [1, 2, 50, 10**6])
@pytest.mark.parametrize("signal", [0.0, 0.5, 9.0, 60.0, 400.0])
def test_at_the_posterior_hit_and_collision_are_one(n_tokens, signal):
    """E pi_J = E E[pi_J | tokens] = E sum pi²; without a mark both are 1/L."""
    hit, collision = here.location_moments(n_tokens, signal, math.sqrt(signal))
    assert hit == pytest.approx(collision, rel=1e-9)
    if signal == 0:
        assert hit == pytest.approx(1 / n_tokens, rel=1e-9)


def test_a_marked_token_is_a_noisy_needle():
    """Integrated over its own noise, the needle of another room."""
    nodes = [(-6 + 0.05 * i) for i in range(241)]
    for n_tokens, signal in ((7, 4.0), (100, 9.0)):
        mean = sum(
            0.05
            * math.exp(-(x**2) / 2)
            / math.sqrt(2 * math.pi)
            * mean_needle_weight(n_tokens, signal + math.sqrt(signal) * x, math.sqrt(signal))
            for x in nodes
        )
        assert here.bayes_location_risk(n_tokens, signal) == pytest.approx(1 - mean, abs=1e-7)


def test_two_tokens_are_one_integral():
    """The difference of two scores is normal, with mean nu and variance 2 nu."""
    signal = 3.0
    x = torch.linspace(-9, 9, 4001, dtype=torch.float64)
    density = torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) * 18 / 4000
    hit = ((signal + math.sqrt(2 * signal) * x).sigmoid() * density).sum().item()
    assert here.bayes_location_risk(2, signal) == pytest.approx(1 - hit, abs=1e-10)


def test_the_posterior_has_the_least_risk_of_all_queries_and_gains():
    least = here.bayes_location_risk(20, 9.0)
    at = here.softmax_location_risk(20, 9.0, strength=3.0)
    assert at == pytest.approx(least, abs=1e-12)
    for change in ({"strength": 2.7}, {"strength": 3.3}, {"overlap": 0.95}, {"gain": 1.05}):
        assert here.softmax_location_risk(20, 9.0, **({"strength": 3.0} | change)) > least + 1e-4


def test_the_risk_by_order_parameters_is_that_of_sampled_prompts():
    d, law = 6, {"n_tokens": 9, "signal": 5.0}
    key, value, other = torch.eye(d, dtype=torch.float64)[:3]
    at = here.sample_locations(
        key, value, n_prompts=40_009, generator=torch.Generator().manual_seed(1), **law
    )
    query = 1.7 * (0.8 * key + 0.6 * other)
    guess = ((at.tokens @ query).softmax(-1) * (1.2 * at.tokens @ value)).sum(-1)
    errors = (guess - at.labels).square()
    found = here.softmax_location_risk(9, 5.0, strength=1.7, overlap=0.8, gain=1.2)
    assert found == pytest.approx(errors.mean().item(), abs=4 * errors.std().item() / 200)


def test_the_linear_risk_is_that_of_least_squares():
    """Regressing the label on sum <k, x><v, x> of many prompts."""
    key, value = torch.eye(3, dtype=torch.float64)[:2]
    at = here.sample_locations(
        key,
        value,
        n_prompts=200_003,
        n_tokens=5,
        signal=4.0,
        noise_variance=0.3,
        generator=torch.Generator().manual_seed(1),
    )
    feature = ((at.tokens @ key) * (at.tokens @ value)).sum(-1)
    slope = (feature * at.labels).mean() / feature.square().mean()
    risk = (at.labels - slope * feature).square().mean().item()
    assert here.linear_location_risk(5, 4.0, 0.3) == pytest.approx(risk, rel=0.02)
    assert here.bayes_location_risk(5, 4.0, 0.3) == pytest.approx(
        0.3 + here.bayes_location_risk(5, 4.0)
    )
