import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad, quad
from scipy.stats import norm

from attnkit.random_features import (
    RandomFeatureAttention,
    arc_cosine,
    attention_kernel,
    pad_keys,
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
    monkeypatch.setattr("attnkit.random_features.limit_kernels.PAIRS_PER_CHUNK", 31)
    torch.testing.assert_close(whole, attention_kernel(first, second, bias_scale=bias_scale))


def test_the_kernel_is_positive_semidefinite():
    queries, keys = sphere_tokens(23, 3, 5, generator=torch.Generator().manual_seed(4))
    for bias_scale in (0.0, 4.0):
        kernel = attention_kernel((queries, keys), (queries, keys), bias_scale=bias_scale)
        assert float(torch.linalg.eigvalsh(kernel).min()) > -1e-10


@pytest.mark.parametrize("gap", [0.0, 1e-9, 1e-6, 1e-3])
def test_the_moment_is_as_exact_beside_the_end_as_at_it(gap):
    """Linear in rho up to terms of order three halves, and the end has a closed form."""
    first, second = number([0.7, -1.3, 2.0]), number([0.7, -1.3, 2.0]) + gap
    at_end = rectified_moment(first, second, torch.ones(3).double())
    below = 0.5 * (1.0 + torch.erf(first / 2**0.5))
    near = rectified_moment(first, second, number([1.0 - 1e-12] * 3))
    torch.testing.assert_close(near, at_end - 1e-12 * below, atol=3e-15, rtol=0)


def small_step(function, place, step):
    """Slopes by central differences, for each entry of the place."""
    slopes = []
    for i in range(place.numel()):
        move = step * torch.eye(place.numel(), dtype=place.dtype)[i].reshape(place.shape)
        slopes.append((function(place + move) - function(place - move)) / (2.0 * step))
    return torch.stack(slopes)


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")  # by torch's forward mode
def test_arc_cosine_has_its_slopes_up_to_the_ends():
    """(pi - t)/(2 pi), and a curvature of 1/(2 pi sin t)."""
    angles = torch.linspace(0.0, math.pi, 9, dtype=torch.float64)
    cosine = angles.cos().requires_grad_()
    (slope,) = torch.autograd.grad(arc_cosine(cosine).sum(), cosine, create_graph=True)
    torch.testing.assert_close(slope, (math.pi - angles) / (2.0 * math.pi), atol=1e-8, rtol=0)
    (curvature,) = torch.autograd.grad(slope.sum(), cosine)
    torch.testing.assert_close(curvature[1:-1], 1.0 / (2.0 * math.pi * angles[1:-1].sin()))
    assert torch.isinf(curvature[[0, -1]]).all()
    assert torch.autograd.gradcheck(arc_cosine, cosine, atol=2e-4, check_forward_ad=True)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("distance", [0.0, 1e-12, 1e-5, 1e-2, 0.1, 0.7])
def test_the_moment_has_its_slopes_near_and_at_the_ends(sign, distance):
    """In rho the orthant's probability; at an end one Gaussian decides both."""
    first = number([0.3, -0.7, 0.0, 1.0, 2.0, -1.0])
    second = number([0.3, -0.7, 0.0, -2.0, 2.001, 1.0])
    rho = torch.full_like(first, sign * (1.0 - distance))
    places = [x.requires_grad_() for x in (first, second, rho)]
    slopes = torch.autograd.grad(rectified_moment(*places).sum(), places)
    for i, place in enumerate(zip(first.tolist(), second.tolist(), rho.tolist(), strict=True)):
        for slope, wanted in zip(slopes, one_integral(*place), strict=True):
            assert float(slope[i]) == pytest.approx(wanted, abs=1e-9)


def one_integral(h, k, rho):
    """Slopes of the moment by integrals over X alone: the rest of Y given X is known."""
    spread = math.sqrt(max(1.0 - rho * rho, 0.0))

    def integral(value):
        def integrand(x):
            density = math.exp(-x * x / 2.0) / math.sqrt(2.0 * math.pi)
            return value(x, k + rho * x) * density

        kink = min(max(-k / rho, -h), 9.0)
        near = [min(max(kink + z * spread, -h), 9.0) for z in (-6.0, -1.0, 0.0, 1.0, 6.0)]
        ends = [-h, *sorted(near), 9.0]
        return sum(
            quad(integrand, *pair, epsabs=1e-12, limit=200)[0]
            for pair in pairwise(ends)
            if pair[0] < pair[1]
        )

    def above(mean):
        if spread == 0.0:
            return 0.5 if mean == 0.0 else float(mean > 0.0)
        return float(norm.cdf(mean / spread))

    def rectified(mean):
        return mean * above(mean) + (spread * float(norm.pdf(mean / spread)) if spread else 0.0)

    by_first = integral(lambda x, mean: rectified(mean))
    by_second = integral(lambda x, mean: (h + x) * above(mean))
    return by_first, by_second, integral(lambda x, mean: above(mean))


@pytest.mark.filterwarnings("ignore:`torch.jit.script` is deprecated")  # by torch's forward mode
def test_the_moment_is_differentiated_twice_both_ways():
    generator = torch.Generator().manual_seed(5)
    shifts = torch.randn(2, 7, generator=generator, dtype=torch.float64)
    rho = 2.0 * torch.rand(7, generator=generator, dtype=torch.float64) - 1.0
    places = [x.clone().requires_grad_() for x in (*shifts, rho)]
    assert torch.autograd.gradcheck(rectified_moment, places, check_forward_ad=True)
    assert torch.autograd.gradgradcheck(rectified_moment, places)


def test_the_curvature_of_the_moment_at_an_end():
    """phi(h) relu(k - h) in h, phi(h) step(k - h) mixed; in rho zero, or infinite at h = k."""
    h, k = number([0.3, 0.5]), number([0.8, 0.5])
    rho = torch.ones(2).double()
    places = [x.requires_grad_() for x in (h, k, rho)]
    slopes = torch.autograd.grad(rectified_moment(*places).sum(), places, create_graph=True)
    by_first = torch.autograd.grad(slopes[0].sum(), (places[0], places[2]), retain_graph=True)
    (by_correlation,) = torch.autograd.grad(slopes[2].sum(), places[2])
    density = math.exp(-0.045) / math.sqrt(2.0 * math.pi)
    assert float(by_first[0][0]) == pytest.approx(0.5 * density)
    assert float(by_first[1][0]) == pytest.approx(density)
    assert by_correlation.tolist() == [0.0, math.inf]


@pytest.mark.parametrize("bias_scale", [0.0, 2.0])
@pytest.mark.parametrize("which", ["queries", "keys"])
def test_the_kernel_of_samples_with_themselves_has_slopes_and_curvatures(bias_scale, which):
    queries, keys = sphere_tokens(3, 2, 4, generator=torch.Generator().manual_seed(0))
    place = queries if which == "queries" else keys
    weights = torch.randn(3, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)

    def value(moved):
        pair = (moved, keys) if which == "queries" else (queries, moved)
        one_sided = attention_kernel(pair, (queries, keys), bias_scale=bias_scale)
        return ((one_sided + attention_kernel(pair, pair, bias_scale=bias_scale)) * weights).sum()

    def slope(moved):
        return torch.autograd.functional.jacobian(value, moved)

    torch.testing.assert_close(
        slope(place).flatten(), small_step(value, place, 1e-6), atol=1e-7, rtol=1e-6
    )
    curvature = torch.autograd.functional.hessian(value, place).reshape(place.numel(), -1)
    measured = small_step(slope, place, 1e-5).reshape(place.numel(), -1)
    torch.testing.assert_close(curvature, measured, atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize("bias_scale", [0.0, 2.0])
def test_hidden_keys_take_no_part_in_the_kernel(bias_scale):
    queries, keys = sphere_tokens(5, 3, 4, generator=torch.Generator().manual_seed(6))
    sets = [keys[i, : 1 + i % 3] for i in range(5)]
    padded, mask = pad_keys(sets)
    padded = padded.masked_fill(~mask.unsqueeze(-1), math.nan)
    got = attention_kernel(
        (queries, padded),
        (queries, padded),
        bias_scale=bias_scale,
        first_mask=mask,
        second_mask=mask,
    )
    half = attention_kernel(
        (queries, keys), (queries, padded), bias_scale=bias_scale, second_mask=mask
    )
    for i in range(5):
        one = (queries[i : i + 1], sets[i][None])
        whole = attention_kernel((queries, keys), one, bias_scale=bias_scale)
        torch.testing.assert_close(half[:, i : i + 1], whole)
        for j in range(5):
            other = (queries[j : j + 1], sets[j][None])
            wanted = attention_kernel(one, other, bias_scale=bias_scale)[0, 0]
            torch.testing.assert_close(got[i, j], wanted)


def test_a_sample_without_keys_has_a_kernel_of_zeros():
    queries, keys = sphere_tokens(3, 2, 4, generator=torch.Generator().manual_seed(6))
    mask = torch.tensor([[True, False], [False, False], [True, True]])
    kernel = attention_kernel((queries, keys), (queries, keys), first_mask=mask)
    assert (kernel[1] == 0).all()
    assert (kernel[[0, 2]] > 0).all()


@pytest.mark.parametrize("spread", [0.0, 1e-30])
def test_without_spread_every_head_is_the_mean_head(spread):
    queries, keys = sphere_tokens(3, 2, 4, generator=torch.Generator().manual_seed(6))
    got = attention_kernel((queries, keys), (queries, keys), bias_scale=1.5, spread=spread)
    model = RandomFeatureAttention(1, 1.5, spread=0.0)
    torch.testing.assert_close(got, model.gram(queries, keys))
    assert (attention_kernel((queries, keys), (queries, keys), spread=0.0) == 0).all()


def test_a_little_spread_is_continuous_with_none():
    queries, keys = sphere_tokens(3, 2, 4, generator=torch.Generator().manual_seed(6))
    tokens = ((queries, keys), (queries, keys))
    none = attention_kernel(*tokens, bias_scale=1.5, spread=0.0)
    little = attention_kernel(*tokens, bias_scale=1.5, spread=1e-7)
    torch.testing.assert_close(none, little, atol=1e-6, rtol=0)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"spread": -1.0}, ValueError, r"spread must be in \[0, 1e\+06\], got -1"),
        ({"bias_scale": math.inf}, ValueError, "bias_scale must be in"),
        ({"first": (torch.zeros(3, 4), torch.zeros(3, 2, 4))}, TypeError, r"second\[0\] must be"),
        ({"first_mask": torch.ones(3, 2)}, TypeError, "first_mask must have dtype torch.bool"),
        ({"second_mask": torch.ones(3, 1) > 0}, ValueError, "second_mask must have shape"),
        ({"second": 3}, TypeError, "second must be a tuple"),
    ],
)
def test_the_kernel_names_what_is_wrong(change, error, message):
    tokens = sphere_tokens(3, 2, 4, generator=torch.Generator().manual_seed(6))
    with pytest.raises(error, match=message):
        attention_kernel(**({"first": tokens, "second": tokens} | change))


def test_cosines_beyond_the_ends_are_refused_and_rounding_is_not():
    assert float(arc_cosine(number(1.0 + 1e-15))) == pytest.approx(0.5)
    for wrong in (1.1, -2.0, math.nan):
        with pytest.raises(ValueError, match=r"cosine must be in \[-1, 1\]"):
            arc_cosine(number(wrong))
        with pytest.raises(ValueError, match=r"correlation must be in \[-1, 1\]"):
            rectified_moment(number(0.0), number(0.0), number(wrong))


def test_an_infinite_curvature_stays_with_its_own_entry():
    """A Hessian's other rows meet it with a slope of zero, which is zero times infinity."""
    hessian = torch.autograd.functional.hessian(lambda c: arc_cosine(c).sum(), number([1.0, 0.3]))
    assert hessian.tolist()[0] == [math.inf, 0.0]
    assert hessian[1, 1].isfinite()
    assert hessian[1, 0] == 0
