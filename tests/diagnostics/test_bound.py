"""The entropy bound: attained by one row, and below every other row of the same norm."""

import math

import mpmath
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.diagnostics import entropy, entropy_bound

LENGTHS = (2, 3, 7, 61, 509)


def extremal_row(n, norm):
    row = torch.zeros(n, dtype=torch.float64)
    row[0] = norm * math.sqrt(n / (n - 1))
    return row


@pytest.mark.parametrize("n", LENGTHS)
@pytest.mark.parametrize("norm", [0.0, 0.3, 1.0, 3.0, 10.0])
def test_the_extremal_row_attains_it(n, norm):
    row = extremal_row(n, norm)
    assert (row - row.mean()).norm().item() == pytest.approx(norm)
    bound = entropy_bound(torch.tensor(norm, dtype=torch.float64), n)
    assert bound.item() == pytest.approx(entropy(row.softmax(-1)).item(), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(n=st.sampled_from(LENGTHS), seed=st.integers(0, 10**6), spread=st.floats(0.01, 20))
def test_no_row_is_below(n, seed, spread):
    generator = torch.Generator().manual_seed(seed)
    rows = spread * torch.randn(31, n, generator=generator, dtype=torch.float64)
    norms = (rows - rows.mean(-1, keepdim=True)).norm(dim=-1)
    assert (entropy_bound(norms, n) <= entropy(rows.softmax(-1)) + 1e-9).all()


@pytest.mark.parametrize("n", [3, 61])
def test_descent_on_the_sphere_finds_nothing_lower(n):
    """Entropy minimised over centred rows of length s, from many starts."""
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(17, n, generator=generator, dtype=torch.float64)
    for _ in range(2000):
        rows = rows.detach().requires_grad_()
        (slope,) = torch.autograd.grad(entropy(rows.softmax(-1)).sum(), rows)
        rows = (rows - slope / slope.norm(dim=-1, keepdim=True).clamp_min(1e-12) * 0.05).detach()
        rows = rows - rows.mean(-1, keepdim=True)
        rows = 3.0 * rows / rows.norm(dim=-1, keepdim=True)
    least = entropy(rows.softmax(-1)).min().item()
    assert least == pytest.approx(
        entropy_bound(torch.tensor(3.0, dtype=torch.float64), n).item(), rel=2e-3
    )


def test_it_falls_with_the_norm_from_log_n_to_nothing():
    norms = torch.linspace(0, 200, 401, dtype=torch.float64)
    bound = entropy_bound(norms, 61)
    assert bound[0].item() == pytest.approx(math.log(61))
    assert (bound.diff() < 0)[:300].all()
    assert (bound.diff() <= 0).all()
    assert 0 <= bound[-1] < 1e-80


def test_against_mpmath_far_out():
    with mpmath.workdps(50):
        s, n = mpmath.mpf(60), 61
        b = mpmath.exp(-s * mpmath.sqrt(mpmath.mpf(n) / (n - 1)))
        wanted = mpmath.log1p((n - 1) * b) + s * mpmath.sqrt(n * (n - 1)) * b / (1 + (n - 1) * b)
    got = entropy_bound(torch.tensor(60.0, dtype=torch.float64), 61).item()
    assert got == pytest.approx(float(wanted), rel=1e-12)


def test_one_key_has_no_entropy():
    assert entropy_bound(torch.zeros(3), 1).tolist() == [0.0, 0.0, 0.0]


def test_half_precision_gradients_and_bad_input():
    assert entropy_bound(torch.rand(3).half(), 7).dtype == torch.float32
    norms = torch.rand(5, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(lambda s: entropy_bound(s, 7), norms)
    with pytest.raises(ValueError, match=r"norms must be .*got 1 other entry such as -1"):
        entropy_bound(torch.tensor([1.0, -1.0]), 7)
    with pytest.raises(ValueError, match="n_keys must be in"):
        entropy_bound(torch.ones(3), 0)
