import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad

from attnkit.random_features import (
    RandomFeatureAttention,
    arc_cosine,
    attention_kernel,
    rectified_moment,
    sphere_tokens,
)


def number(x):
    return torch.tensor(x, dtype=torch.float64)


def double_integral(first, second, correlation):
    """E[relu(first + X) relu(second + Y)] by adaptive quadrature over the plane."""
    spread = math.sqrt(1.0 - correlation**2)

    def integrand(z, x):
        y = correlation * x + spread * z
        density = math.exp(-(x * x + z * z) / 2.0) / (2.0 * math.pi)
        return max(first + x, 0.0) * max(second + y, 0.0) * density

    def kink(x):
        return min(max(-(second + correlation * x) / spread, -9.0), 9.0)

    return dblquad(integrand, max(-first, -9.0), 9.0, kink, 9.0, epsabs=1e-9)[0]


@pytest.mark.parametrize(
    ("first", "second", "correlation"),
    [(0.0, 0.0, 0.3), (1.0, -0.7, -0.8), (-2.0, 1.5, 0.9), (0.5, 4.0, 0.0), (-1.0, -1.0, 0.6)],
)
def test_rectified_moment_is_the_double_integral(first, second, correlation):
    got = rectified_moment(number(first), number(second), number(correlation))
    assert float(got) == pytest.approx(double_integral(first, second, correlation), abs=1e-7)


@settings(deadline=None, max_examples=50)
@given(st.floats(-1.0, 1.0))
def test_without_shifts_it_is_the_arc_cosine_kernel(cosine):
    zero = number(0.0)
    got = rectified_moment(zero, zero, number(cosine))
    assert float(got) == pytest.approx(float(arc_cosine(number(cosine))), abs=1e-9)


@settings(deadline=None, max_examples=50)
@given(st.floats(-4.0, 4.0), st.floats(-4.0, 4.0))
def test_perfect_correlation_has_a_closed_form(first, second):
    """E[relu(h + X) relu(k + X)], by hand: with m = min(h, k) and g = |h - k|."""
    low, gap = min(first, second), abs(first - second)
    below = 0.5 * (1.0 + math.erf(low / math.sqrt(2.0)))
    density = math.exp(-low * low / 2.0) / math.sqrt(2.0 * math.pi)
    wanted = (1.0 + low * low + gap * low) * below + (low + gap) * density
    got = rectified_moment(number(first), number(second), number(1.0))
    assert float(got) == pytest.approx(wanted, abs=1e-8)


def test_arc_cosine_against_monte_carlo():
    generator = torch.Generator().manual_seed(0)
    first = torch.randn(200_000, generator=generator, dtype=torch.float64)
    other = torch.randn(200_000, generator=generator, dtype=torch.float64)
    for cosine in (-0.9, -0.3, 0.0, 0.5, 0.95):
        second = cosine * first + math.sqrt(1.0 - cosine**2) * other
        draws = first.relu() * second.relu()
        error = float(draws.std()) / math.sqrt(len(draws))
        assert abs(float(draws.mean() - arc_cosine(number(cosine)))) < 4.0 * error


@pytest.mark.parametrize("bias_scale", [0.0, 4.0])
def test_the_kernel_is_the_mean_over_heads(bias_scale):
    generator = torch.Generator().manual_seed(1)
    queries, keys = sphere_tokens(11, 3, 5, generator=generator)
    kernel = attention_kernel((queries, keys), (queries, keys), bias_scale=bias_scale)
    model = RandomFeatureAttention(40_000, bias_scale, generator=generator)
    gram = model.gram(queries, keys)
    assert (gram - kernel).norm() < 4.0 / math.sqrt(40_000) * kernel.norm()


def test_a_small_bias_is_continuous_with_none():
    queries, keys = sphere_tokens(7, 3, 5, generator=torch.Generator().manual_seed(2))
    none = attention_kernel((queries, keys), (queries, keys))
    little = attention_kernel((queries, keys), (queries, keys), bias_scale=1e-7)
    torch.testing.assert_close(none, little, atol=1e-6, rtol=0)


@pytest.mark.parametrize("bias_scale", [0.0, 2.0])
def test_chunks_and_blocks_of_the_kernel_agree(bias_scale, monkeypatch):
    generator = torch.Generator().manual_seed(3)
    first = sphere_tokens(7, 3, 5, generator=generator)
    second = sphere_tokens(5, 2, 5, generator=generator)
    whole = attention_kernel(first, second, bias_scale=bias_scale)
    assert whole.shape == (7, 5)
    torch.testing.assert_close(whole, attention_kernel(second, first, bias_scale=bias_scale).mT)
    monkeypatch.setattr("attnkit.random_features.kernels.PAIRS_PER_CHUNK", 31)
    torch.testing.assert_close(whole, attention_kernel(first, second, bias_scale=bias_scale))


def test_the_kernel_is_positive_semidefinite():
    queries, keys = sphere_tokens(23, 3, 5, generator=torch.Generator().manual_seed(4))
    for bias_scale in (0.0, 4.0):
        kernel = attention_kernel((queries, keys), (queries, keys), bias_scale=bias_scale)
        assert float(torch.linalg.eigvalsh(kernel).min()) > -1e-10
