"""The three normalisations on nodes: what each solves, what joins them, and their derivatives."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.autograd import gradcheck, gradgradcheck

import attnkit
from attnkit.densities import (
    divided,
    divided_after_maximum,
    escort,
    threshold,
    threshold_normalised,
)
from attnkit.densities.kernel.normalisations import log_normaliser

# Forward derivatives make torch import a module of its own that it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")

ALPHAS = [1.0, 1.0001, 1.1, 4 / 3, 1.5, 1.75, 2.0]
ALL = [threshold_normalised, divided, divided_after_maximum]


def drawn(seed, *, amplitude=3.0, batch=(3,), n_nodes=53):
    generator = torch.Generator().manual_seed(seed)
    score = amplitude * torch.randn(*batch, n_nodes, generator=generator, dtype=torch.float64)
    masses = torch.rand(*batch, n_nodes, generator=generator, dtype=torch.float64) / 20
    return score, masses


def deformed_exp(x, alpha):
    return x.exp() if alpha == 1 else (1 + (alpha - 1) * x).relu() ** (1 / (alpha - 1))


def by_bisection(score, masses, alpha):
    """The density of one row, with the A that makes its mass one."""
    low, high = score.min() - 1e4, score.max() + 1e4
    for _ in range(200):
        middle = (low + high) / 2
        mass = (masses * deformed_exp(score - middle, alpha)).sum()
        low, high = (middle, high) if mass > 1 else (low, middle)
    return deformed_exp(score - low, alpha)


def objective(density, score, masses, alpha):
    regular = density.where(density > 0, 1.0)
    if alpha == 1:
        entropy = -(density * regular.log())
    else:
        entropy = (density - density**alpha) / (alpha * (alpha - 1))
    return (masses * (density * score + entropy)).sum(-1)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_threshold_form_is_the_root_of_the_mass(alpha):
    score, masses = drawn(0)
    density = threshold_normalised(score, masses, alpha)
    for row, row_masses, found in zip(score, masses, density, strict=True):
        wanted = by_bisection(row, row_masses, alpha)
        torch.testing.assert_close(found, wanted, rtol=1e-7, atol=1e-9)
    torch.testing.assert_close((masses * density).sum(-1), torch.ones(3).double())


@pytest.mark.parametrize("alpha", [1.0, 1.25, 1.5, 2.0])
def test_threshold_form_has_the_largest_objective(alpha):
    score, masses = drawn(1, amplitude=2.0)
    best = objective(threshold_normalised(score, masses, alpha), score, masses, alpha)
    for other in (divided(score + 1, masses, alpha), divided_after_maximum(score, masses, alpha)):
        worse = objective(other, score, masses, alpha)
        assert (worse <= best + 1e-12).all()
        assert alpha == 1 or (worse < best - 1e-4).all()


@pytest.mark.parametrize("alpha", [4 / 3, 1.5, 1.75, 2.0])
def test_dividing_is_the_threshold_form_at_another_temperature(alpha):
    """Lemma 5.3 of Moreno et al. 2021, with Z the sum that was divided by."""
    score, masses = drawn(2)
    raw = deformed_exp(score, alpha)
    z = (masses * raw).sum(-1, keepdim=True)
    found = divided(score, masses, alpha)
    torch.testing.assert_close(found, raw / z, rtol=1e-12, atol=1e-14)
    rescaled = threshold_normalised(score * z ** (1 - alpha), masses, alpha)
    torch.testing.assert_close(found, rescaled, rtol=1e-11, atol=1e-13)
    assert (found - threshold_normalised(score, masses, alpha)).abs().max() > 1e-2


@pytest.mark.parametrize("alpha", ALPHAS)
def test_unit_masses_give_entmax(alpha):
    score, masses = drawn(3)
    found = threshold_normalised(score, torch.ones_like(masses), alpha)
    torch.testing.assert_close(found, attnkit.entmax(score, alpha), rtol=1e-10, atol=1e-14)


def test_alike_at_alpha_one():
    score, masses = drawn(4)
    wanted = score.exp() / (masses * score.exp()).sum(-1, keepdim=True)
    for normalised in ALL:
        torch.testing.assert_close(normalised(score, masses, 1.0), wanted, rtol=1e-11, atol=0.0)


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10**6), st.floats(1.0, 2.0), st.floats(-1e3, 1e3), st.floats(0.01, 30.0))
def test_laws(seed, alpha, shift, amplitude):
    score, masses = drawn(seed, amplitude=amplitude, n_nodes=29)
    density = threshold_normalised(score, masses, alpha)
    assert ((masses * density).sum(-1) - 1).abs().max() < 1e-12
    moved = threshold_normalised(score + shift, masses, alpha)
    torch.testing.assert_close(moved, density, rtol=1e-7, atol=1e-8)
    order = torch.randperm(29, generator=torch.Generator().manual_seed(seed))
    permuted = threshold_normalised(score[..., order], masses[..., order], alpha)
    torch.testing.assert_close(permuted, density[..., order], rtol=1e-10, atol=1e-12)
    tau = threshold(score, masses, alpha).unsqueeze(-1)
    if alpha > 1.01:
        assert ((density > 0) == (score > tau)).logical_or((score - tau).abs() < 1e-9).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10**6), st.floats(1.02, 1.9))
def test_support_shrinks_as_alpha_grows_when_no_mass_exceeds_one(seed, alpha):
    """With masses of one each weight is at most one, and the support is monotone in alpha."""
    score, _ = drawn(seed, n_nodes=31)
    masses = torch.ones_like(score)
    wide = threshold_normalised(score, masses, alpha) > 0
    narrow = threshold_normalised(score, masses, alpha + 0.1) > 0
    assert (wide | ~narrow).all()


def test_dividing_is_not_shift_invariant_and_can_lose_all_mass():
    score, masses = drawn(5)
    first, second = (divided(score + shift, masses, 2.0) for shift in (0.0, 2.0))
    assert (first - second).abs().max() > 1e-2
    sunk = (score - score.max() - 1.5).requires_grad_()
    density = divided(sunk, masses, 2.0)
    (gradient,) = torch.autograd.grad((density * score).sum(), sunk)
    assert not density.any()
    assert not gradient.any()
    assert divided_after_maximum(sunk, masses, 2.0).any()


def test_tends_to_alpha_one_and_is_smooth_there():
    score, masses = drawn(6)
    exact = threshold_normalised(score, masses, 1.0)
    for alpha, bound in ((1 + 1e-4, 1e-2), (1 + 1e-6, 1e-4), (1 + 1e-8, 1e-6)):
        near = threshold_normalised(score, masses, alpha)
        assert ((near - exact).abs() / exact).max() < bound * 10
    orders = torch.ones(3, 1, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(threshold_normalised(score, masses, orders)[0, 0], orders)
    step = 1e-5
    first, second = (threshold_normalised(score, masses, 1 + k * step)[0, 0].item() for k in (1, 2))
    one_sided = (4 * first - second - 3 * exact[0, 0].item()) / (2 * step)
    assert slope[0, 0].item() == pytest.approx(one_sided, rel=1e-4)


@pytest.mark.parametrize("alpha", [1.0, 1.2, 1.5, 1.75, 2.0])
@pytest.mark.parametrize("function", [*ALL, threshold, log_normaliser])
def test_first_and_second_derivatives(function, alpha):
    score, masses = drawn(7, amplitude=1.0, batch=(2,), n_nodes=7)
    inside = 1 < alpha < 2
    order = torch.full((2, 1), alpha, dtype=torch.float64, requires_grad=inside)
    inputs = (score.requires_grad_(), masses.mul(20).requires_grad_(), order)
    assert gradcheck(function, inputs, check_forward_ad=True)
    assert gradgradcheck(function, inputs)


@pytest.mark.parametrize("alpha", [1.0, 1.3, 2.0])
def test_escort_gives_the_derivative(alpha):
    score, masses = drawn(8)
    direction, function = drawn(9)
    density = threshold_normalised(score.requires_grad_(), masses, alpha)
    (slope,) = torch.autograd.grad((masses * density * function).sum(), score)
    weights, total = escort(density, masses, alpha)
    shares = masses * weights
    torch.testing.assert_close(shares.sum(-1), torch.ones(3).double())
    centred = direction - (shares * direction).sum(-1, keepdim=True)
    covariance = total * (shares * centred * function).sum(-1)
    torch.testing.assert_close((slope * direction).sum(-1), covariance, rtol=1e-9, atol=1e-10)


@pytest.mark.parametrize("alpha", [1.0, 1.2, 1.5, 2.0])
def test_float32_and_half_precision(alpha):
    score, masses = drawn(10)
    exact = threshold_normalised(score, masses, alpha)
    single = threshold_normalised(score.float(), masses.float(), alpha)
    assert ((single - exact).abs().max() / exact.max()).item() < 1e-6
    half = threshold_normalised(score.bfloat16(), masses.float(), alpha)
    assert half.dtype == torch.bfloat16
    assert half.isfinite().all()
    for amplitude in (1e-30, 1e30):
        extreme = threshold_normalised(amplitude * score.float(), masses.float(), alpha)
        assert ((masses.float() * extreme).sum(-1) - 1).abs().max() < 1e-5


@pytest.mark.parametrize("normalised", ALL)
def test_rows_without_mass_give_zeros_with_zero_gradient(normalised):
    score, masses = drawn(11)
    masses[1] = 0.0
    score[2] = -math.inf
    masses[0, :7] = 0.0
    score.requires_grad_()
    density = normalised(score, masses, 1.5)
    (gradient,) = torch.autograd.grad(density.square().sum(), score, create_graph=True)
    (second,) = torch.autograd.grad(gradient.square().sum(), score)
    assert not density[1:].any()
    assert not density[0, :7].any()
    assert density[0].any()
    for part in (gradient, second):
        assert part.isfinite().all()
        assert not part[1:].any()
    assert threshold(score, masses, 1.5).tolist()[1:] == [math.inf, math.inf]


def test_a_hole_in_the_masses_is_as_if_the_nodes_were_not_there():
    score, masses = drawn(12)
    masses[:, ::3] = 0.0
    keep = masses[0] > 0
    whole = threshold_normalised(score, masses, 1.5)[:, keep]
    torch.testing.assert_close(whole, threshold_normalised(score[:, keep], masses[:, keep], 1.5))


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"score": torch.tensor([1, 2, 3])}, TypeError, "score"),
        ({"score": torch.tensor([1.0, math.nan, 0.0])}, ValueError, "score must hold finite"),
        ({"masses": torch.tensor([1.0, -1.0, 1.0])}, ValueError, r"masses must be in \[0, inf\)"),
        (
            {"masses": torch.tensor([1.0, math.inf, 1.0])},
            ValueError,
            r"masses must be in \[0, inf\)",
        ),
        ({"masses": torch.ones(2)}, (TypeError, ValueError), "masses"),
        ({"alpha": 0.5}, ValueError, "alpha must be in"),
        ({"alpha": 2.5}, ValueError, r"alpha must be in \[1, 2\]"),
        ({"alpha": torch.tensor([2.5])}, ValueError, "alpha"),
        ({"alpha": torch.tensor([0.5])}, ValueError, r"alpha must be in \[1, 2\]"),
    ],
)
@pytest.mark.parametrize("normalised", [*ALL, threshold])
def test_bad_input_is_named(normalised, change, error, words):
    inputs = {"score": torch.zeros(3), "masses": torch.ones(3), "alpha": 2.0} | change
    with pytest.raises(error, match=words):
        normalised(**inputs)


@pytest.mark.parametrize("alpha", [1.0, 1.5, 1.7, 2.0])
@pytest.mark.parametrize("normalised", ALL)
def test_transforms(normalised, alpha):
    score, masses = drawn(14)
    wanted = normalised(score, masses, alpha)

    def row(score, masses):
        return normalised(score, masses, alpha)

    torch.testing.assert_close(torch.func.vmap(row)(score, masses), wanted)
    torch.testing.assert_close(torch.func.vmap(row, (0, None))(score, masses[0])[0], wanted[0])
    (by_rows,) = torch.autograd.functional.jacobian(lambda f: row(f, masses[0]), (score[0],))
    torch.testing.assert_close(torch.func.jacrev(row)(score[0], masses[0]), by_rows)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("alpha", [1.0, 1.5, 1.7, 2.0])
@pytest.mark.parametrize("normalised", ALL)
def test_cuda_agrees(normalised, alpha):
    score, masses = drawn(13)
    here, there = score.clone().requires_grad_(), score.cuda().requires_grad_()
    wanted, found = normalised(here, masses, alpha), normalised(there, masses.cuda(), alpha)
    torch.testing.assert_close(found.cpu(), wanted)
    for leaf, density in ((here, wanted), (there, found)):
        density.square().sum().backward()
        assert leaf.grad is not None
    torch.testing.assert_close(there.grad.cpu(), here.grad)
