"""Spectra and powers at every width: against high precision, and against a fit."""

import math

import mpmath
import numpy as np
import pytest
import torch

from attnkit.random_features import (
    AlongKey,
    attention_kernel,
    attention_spectrum,
    deep_sets_spectrum,
    dual_system,
    kernel_norm,
    key_power,
    match_power,
    predicted_error,
    sphere_tokens,
    target,
    tilted_match_power,
)
from attnkit.random_features.harmonics import legendre, multiplicity, power_moments, quadrature

WIDTHS = [3, 5, 16, 300, 344, 1000, 100_000]


def exact_average(function, width):
    """E f(t) for the inner product of two unit vectors, to thirty digits."""
    with mpmath.workdps(30):
        reach = mpmath.mpf(1) if width < 50 else mpmath.mpf(14) / mpmath.sqrt(width)
        nodes = mpmath.linspace(-reach, reach, 9)

        def density(t):
            return (1 - t * t) ** (mpmath.mpf(width - 3) / 2)

        total = mpmath.quad(lambda t: density(t) * function(t), nodes)
        return total / mpmath.quad(density, nodes)


def exact_legendre(degree, width):
    def polynomial(t):
        before, now = mpmath.mpf(1), t
        if degree == 0:
            return before
        for lower in range(1, degree):
            top = (2 * lower + width - 2) * t * now - lower * before
            before, now = now, top / (lower + width - 2)
        return now

    return polynomial


@pytest.mark.parametrize("width", [3, 5, 344, 1000])
def test_moments_of_powers_have_all_digits(width):
    """At width 1000 the last is 1e-21: a rule in double precision finds nothing but rounding."""
    table = power_moments(7, width, 12)
    for degree, power in ((0, 0), (0, 5), (1, 1), (2, 11), (7, 7), (7, 11)):
        polynomial = exact_legendre(degree, width)
        wanted = exact_average(lambda t, p=power, f=polynomial: ((1 + t) / 2) ** p * f(t), width)
        assert table[degree, power] == pytest.approx(float(wanted), rel=1e-12)
    assert table[7, 6] == 0


def attention_pair(s, t):
    cosine = (1.0 + s) * (1.0 + t) / 4.0
    angle = np.arccos(cosine)
    return (1.0 + t) * (np.sin(angle) + (np.pi - angle) * cosine) / (2.0 * np.pi)


def deep_sets_pair(s, t):
    cosine = (2.0 + s + t) / 4.0
    angle = np.arccos(cosine)
    return 4.0 * (np.sin(angle) + (np.pi - angle) * cosine) / (2.0 * np.pi)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    ("build", "pair"),
    [(attention_spectrum, attention_pair), (deep_sets_spectrum, deep_sets_pair)],
)
def test_the_expansion_is_the_kernel_again(build, pair, width):
    """sum a_lm D_l P_l(s) D_m P_m(t), where two independent tokens lie."""
    spectrum = build(width=width, n_keys=1, degree=16)
    counts = np.array([float(multiplicity(level, width)) for level in range(17)])
    places = np.array([-1.0, 0.3, 0.9]) * 0.5 * min(1.0, 2.0 / math.sqrt(width))
    rows = legendre(16, width, places) * counts[:, None]
    got = rows.T @ spectrum.eigenvalues @ rows
    wanted = pair(places[:, None], places[None, :])
    np.testing.assert_allclose(got, wanted, rtol=2e-3 if width == 3 else 1e-5)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("build", [attention_spectrum, deep_sets_spectrum])
def test_eigenvalues_are_positive_and_the_tail_is_what_they_leave(build, width):
    tails = [build(width=width, n_keys=3, degree=degree).tail for degree in (2, 8, 16)]
    assert tails[0] > 2 * tails[1] > 2 * tails[2] > 0
    assert (build(width=width, n_keys=3).eigenvalues > 0).all()


@pytest.mark.parametrize(
    ("width", "tail"), [(300, 5.7471904e-4), (344, 5.7713124e-4), (1000, 5.8813120e-4)]
)
def test_the_tail_at_great_widths_by_the_series_in_the_width(width, tail):
    """The tail tends to its limit, where degrees are powers, as a/d + b/d^2: three widths tell."""
    sizes = dict.fromkeys((2000, 4000, 8000))
    for each in sizes:
        sizes[each] = attention_spectrum(width=each, n_keys=3).tail
    fit = np.polyfit([1.0 / each for each in sizes], list(sizes.values()), 2)
    assert np.polyval(fit, 1.0 / width) == pytest.approx(tail, rel=1e-3)
    assert attention_spectrum(width=width, n_keys=3).tail == pytest.approx(tail, rel=1e-7)


def test_in_the_limit_of_great_width_degrees_are_powers():
    """<q, q'> = 0 for strangers: a_lm D_l D_m is the coefficient of s^l t^m in the kernel at 0."""
    spectrum = attention_spectrum(width=10**6, n_keys=1)
    counts = np.array([float(multiplicity(level, 10**6)) for level in range(3)])
    parts = spectrum.eigenvalues[:3, :3] * np.outer(counts, counts)
    step = 1e-3

    def kernel(s, t):
        return float(attention_pair(s, t))

    mixed = sum(a * b * kernel(a * step, b * step) for a in (-1, 1) for b in (-1, 1))
    assert parts[0, 0] == pytest.approx(kernel(0.0, 0.0), rel=1e-5)
    slope = (kernel(step, 0.0) - kernel(-step, 0.0)) / (2 * step)
    assert parts[1, 0] == pytest.approx(slope, rel=1e-4)
    assert parts[1, 1] == pytest.approx(mixed / (4 * step**2), rel=1e-4)


@pytest.mark.parametrize("width", WIDTHS)
def test_quadrature_is_exact_across_a_kink(width):
    """E relu(t) = Gamma(d/2)/(2 sqrt(pi) Gamma((d + 1)/2)), E t^2 = 1/d, E t^4 = 3/(d (d + 2))."""
    nodes, weights = quadrature(width)
    log_ratio = math.lgamma(width / 2) - math.lgamma((width + 1) / 2)
    rectified = math.exp(log_ratio) / (2.0 * math.sqrt(math.pi))
    assert weights @ np.maximum(nodes, 0.0) == pytest.approx(rectified, rel=1e-9)
    assert weights @ nodes**2 == pytest.approx(1.0 / width, rel=1e-12)
    assert weights @ nodes**4 == pytest.approx(3.0 / (width * (width + 2)), rel=1e-12)
    assert weights.sum() == pytest.approx(1.0, rel=1e-14)


@pytest.mark.parametrize("width", WIDTHS)
def test_powers_are_shares_at_every_width(width):
    sizes = {"width": width, "n_keys": 3}
    linear = key_power(lambda t: t, **sizes)
    assert linear.shares[0, 1] == pytest.approx(1.0, rel=1e-12)
    assert linear.variance == pytest.approx(1.0 / (3 * width), rel=1e-12)
    matched = match_power(np.square, **sizes)
    assert matched.shares[2, 2] == pytest.approx(1.0, rel=1e-9)
    tilted = tilted_match_power(lambda t: t, **sizes)
    mean_part = 1.0 / width**3
    assert tilted.shares[1, 0] == pytest.approx(
        mean_part / (mean_part + (1.0 / width**2 - mean_part) / 3), rel=1e-9
    )
    assert tilted.shares.sum() + tilted.rest == pytest.approx(1.0, rel=1e-9)


@pytest.mark.parametrize("width", [300, 344, 1000])
def test_predictions_at_great_widths(width):
    """The norm of <beta, k> is 1/eigenvalue; curves fall with the samples and never exceed one."""
    spectrum = attention_spectrum(width=width, n_keys=3)
    power = key_power(lambda t: t, width=width, n_keys=3)
    assert kernel_norm(spectrum, power) == pytest.approx(1.0 / spectrum.eigenvalues[0, 1])
    errors = [predicted_error(spectrum, power, n) for n in (100, 1000, 10_000)]
    assert 1.0 >= errors[0] > errors[1] > errors[2] > 0.0


def best_error_of_a_fit(width, n_train, seed):
    """Test error over variance of ridge regression with the kernel itself, at its best level."""
    generator = torch.Generator().manual_seed(seed)
    queries, keys = sphere_tokens(n_train + 1000, 2, width, generator=generator)
    values = target(AlongKey(torch.eye(width, dtype=torch.float64)[0]), queries, keys)
    train, test = ((queries[part], keys[part]) for part in (slice(n_train), slice(n_train, None)))
    kernel = attention_kernel(train, train)
    system = dual_system(kernel, values[:n_train, None])
    across = attention_kernel(test, train) - kernel.mean(1)
    errors = []
    for level in torch.logspace(-4, 2, 13, dtype=torch.float64) * system.scale:
        coefficients = system.solve(level[None])[:, 0]
        fit = across @ (coefficients - coefficients.mean()) + values[:n_train].mean()
        errors.append(float((values[n_train:] - fit).square().mean()))
    return min(errors) / float(values[n_train:].var())


def test_a_fit_at_width_344_has_the_predicted_error():
    spectrum = attention_spectrum(width=344, n_keys=2)
    power = key_power(lambda t: t, width=344, n_keys=2)
    measured = [best_error_of_a_fit(344, 700, seed) for seed in (0, 1)]
    assert np.mean(measured) == pytest.approx(predicted_error(spectrum, power, 700), rel=0.1)
