"""The orthant's probability to rounding, at and beside every border of its two formulas."""

import mpmath
import pytest
import torch

from attnkit.random_features.orthants import orthant_probability

CORRELATIONS = (0.0, 0.5, 0.92, 0.93, 0.99, 1.0 - 1e-6, 1.0 - 1e-12, 1.0)
SHIFTS = ((0.0, 0.0), (0.3, 0.3), (0.3, 0.3001), (-1.2, 0.7), (2.5, -2.4), (-3.0, -2.0), (5.0, 1.0))


def exact(h, k, rho):
    """Integral over X of phi(x) Phi((k + rho x)/s), to thirty digits."""
    with mpmath.workdps(30):
        if abs(rho) == 1:
            other = -mpmath.ncdf(-k) if rho < 0 else 0
            return max(mpmath.ncdf(h) + other, 0) if rho < 0 else mpmath.ncdf(min(h, k))
        h, k, rho = mpmath.mpf(h), mpmath.mpf(k), mpmath.mpf(rho)
        s = mpmath.sqrt((1 - rho) * (1 + rho))
        step = [-k / rho + z * s for z in (-9, -3, 0, 3, 9)] if rho else []
        ends = sorted({-h, mpmath.mpf(12), *(p for p in (*step, mpmath.mpf(0)) if -h < p < 12)})
        return mpmath.quad(lambda x: mpmath.npdf(x) * mpmath.ncdf((k + rho * x) / s), ends)


@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("size", CORRELATIONS)
def test_it_is_the_integral_to_rounding(size, sign):
    rho = sign * size
    h, k = torch.tensor(SHIFTS, dtype=torch.float64).T
    got = orthant_probability(h, k, torch.full_like(h, rho))
    for value, (first, second) in zip(got.tolist(), SHIFTS, strict=True):
        assert value == pytest.approx(float(exact(first, second, rho)), abs=3e-16)


def test_far_shifts_are_certain_or_impossible():
    far = torch.tensor([1e15, 1e15, -1e15, 60.0], dtype=torch.float64)
    other = torch.tensor([1e15, -1e15, -1e15, 0.0], dtype=torch.float64)
    for rho in (-1.0, -0.5, 0.0, 0.95, 1.0):
        got = orthant_probability(far, other, torch.full_like(far, rho))
        assert got.tolist() == [1.0, 0.0, 0.0, 0.5]


def test_single_precision_loses_nothing_else():
    h, k = torch.tensor(SHIFTS).T
    for rho in CORRELATIONS[:5]:
        place = torch.full_like(h, rho)
        wanted = orthant_probability(h.double(), k.double(), place.double())
        got = orthant_probability(h, k, place)
        torch.testing.assert_close(got.double(), wanted, atol=1e-7, rtol=0)
