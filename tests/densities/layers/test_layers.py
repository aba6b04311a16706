"""Layers against exact densities, finite differences and their own laws."""

import functools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from attnkit.densities import (
    KernelDensity,
    RadialBasis,
    RidgeValueFunction,
    adaptive_expectation,
    conditional_expectation,
)
from attnkit.densities.alpha_family.line_piece import Piece
from attnkit.densities.alpha_family.panels import even_panels
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.layers import (
    ContinuousAttention,
    KernelScore,
    Mixture,
    Unimodal,
    bounded,
    unbounded,
)
from attnkit.densities.layers.bumps import bump_rule, truncated_bumps
from attnkit.densities.layers.kernel_score import UnresolvedDensity
from attnkit.densities.layers.parameters import score_variance

ALPHAS = (1.0, 1.1, 4 / 3, 1.5, 2.0, 3.0)
KERNEL = functools.partial(gaussian, width=0.1)
CENTERS = torch.linspace(0, 1, 11, dtype=torch.float64)

cuda = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]


def random(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def curves(points):
    """Three smooth features, (..., node, 3)."""
    phases = points.unsqueeze(-1) * torch.tensor([1.0, 5.0, 11.0]).to(points)
    return torch.cat([phases[..., :2].sin(), phases[..., 2:].cos()], -1)


def layer(alpha=2.0, **options):
    return ContinuousAttention(Unimodal(alpha=alpha, **options))


FAMILIES = {
    "unimodal": Unimodal(alpha=1.5),
    "unbounded": Unimodal(alpha=2.0, location=unbounded),
    "mixture": Mixture(Unimodal(alpha=2.0, n_nodes=32), n_components=3),
    "gaussian mixture": Mixture(Unimodal(alpha=1.0), n_components=2),
    "kernel softmax": KernelScore(CENTERS, KERNEL, alpha=1.0),
    "kernel biweight": KernelScore(CENTERS, KERNEL, alpha=1.5),
    "kernel sparsemax": KernelScore(CENTERS, KERNEL),
}
families = pytest.mark.parametrize("density", FAMILIES.values(), ids=FAMILIES)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_a_unimodal_head_is_the_exact_conditional_expectation(alpha):
    raw = torch.cat([2 * random(5, 7, 1), random(5, 7, 1, seed=1) - 3], -1)
    readout = layer(alpha, least_width=0.02)(raw, curves)
    place = bounded(raw[..., 0], (0.0, 1.0))
    variance = score_variance(raw[..., 1], alpha, 0.02)
    exact = adaptive_expectation(curves, place, variance, alpha, domain=(0.0, 1.0))
    torch.testing.assert_close(readout.context, exact.value, rtol=0, atol=1e-8)
    torch.testing.assert_close(readout.lost_mass, 1 - exact.mass, rtol=0, atol=1e-8)


@pytest.mark.parametrize("alpha", [1.0, 1 + 1e-9, 1.01, 1.05, 1.5, 2.0, 7.0])
def test_bumps_are_the_readable_piece_with_one_panel(alpha):
    place, variance = random(13), random(13, seed=1).exp() * 0.1
    points, masses = truncated_bumps(place, variance, alpha, (-0.5, 1.0), bump_rule(alpha, 64))
    piece = Piece.of(place, variance, alpha, (-0.5, 1.0))
    exact = piece.nodes(even_panels(4, place), 32)[1].sum((-2, -1))
    torch.testing.assert_close(masses.sum(-1), exact, rtol=0, atol=1e-9)
    inside = masses > 1e-9
    assert ((points >= -0.5 - 1e-9) & (points <= 1 + 1e-9))[inside].all()


def test_the_least_width_is_the_least_standard_deviation():
    for alpha in ALPHAS:
        density = layer(alpha, domain=(-9.0, 9.0), least_width=0.05, n_nodes=96)
        raw = torch.tensor([[0.0, -40.0]], dtype=torch.float64)
        readout = density(raw, lambda t: torch.stack([t, t.square()], -1))
        torch.testing.assert_close(readout.context[0, 0].item(), 0.0, rtol=0, atol=1e-9)
        torch.testing.assert_close(readout.context[0, 1].item(), 0.05**2, rtol=1e-6, atol=0)


def test_a_mixture_is_the_weighted_sum_renormalised_as_a_whole():
    component = Unimodal(alpha=2.0, location=unbounded, least_width=0.05)
    raw = torch.cat([random(5, 3, 2), 0.5 + random(5, 3, 4, seed=1)], -1)
    readout = ContinuousAttention(Mixture(component, n_components=2))(raw, curves)
    weights, parts = raw[..., :2].softmax(-1), raw[..., 2:].unflatten(-1, (2, 2))
    variance = score_variance(parts[..., 1], 2.0, 0.05)
    exact = conditional_expectation(curves, parts[..., 0], variance, 2.0)
    masses = weights * exact.mass
    wanted = (masses.unsqueeze(-1) * exact.value).sum(-2) / masses.sum(-1, keepdim=True)
    torch.testing.assert_close(readout.context, wanted, rtol=0, atol=1e-7)
    torch.testing.assert_close(readout.lost_mass, 1 - masses.sum(-1), rtol=0, atol=1e-7)


@pytest.mark.parametrize(("alpha", "tolerance"), [(1.0, 1e-8), (1.5, 2e-5), (2.0, 5e-4)])
def test_a_kernel_head_is_the_exact_kernel_density(alpha, tolerance):
    coefficients = 3 * random(2, 3, 11)
    context = ContinuousAttention(KernelScore(CENTERS, KERNEL, alpha=alpha))(coefficients, curves)
    exact = KernelDensity(coefficients, CENTERS, KERNEL, alpha).expectation(curves).value
    assert (context.context - exact).abs().max() < tolerance
    assert context.n_dead_heads == 0


def test_more_panels_bring_the_sparse_head_closer():
    coefficients = 3 * random(2, 3, 11)
    exact = KernelDensity(coefficients, CENTERS, KERNEL, 2.0).expectation(curves).value
    errors = []
    for n_panels in (4, 16, 64):
        density = KernelScore(CENTERS, KERNEL, n_panels=n_panels)
        found = ContinuousAttention(density)(coefficients, curves).context
        errors.append(float((found - exact).abs().max()))
    assert errors[0] > 4 * errors[1] > 16 * errors[2]


@families
def test_gradients_are_those_of_finite_differences(density):
    attend = ContinuousAttention(density)
    raw = (0.7 * random(2, 2, density.n_parameters)).requires_grad_()
    assert torch.autograd.gradcheck(lambda p: attend(p, curves).context, raw)


# The nodes of a sparse kernel score stay at rest: `KernelDensity` has its second derivatives.
@pytest.mark.parametrize(
    "name", [name for name in FAMILIES if name not in ("kernel biweight", "kernel sparsemax")]
)
def test_second_derivatives_where_nodes_follow_the_support(name):
    attend = ContinuousAttention(FAMILIES[name])
    raw = (0.7 * random(1, 2, FAMILIES[name].n_parameters)).requires_grad_()
    assert torch.autograd.gradgradcheck(lambda p: attend(p, curves).context, raw)


@families
def test_a_layer_used_twice_before_backward_gives_the_same_gradients(density):
    attend = ContinuousAttention(density)
    inputs = [random(3, 2, density.n_parameters, seed=seed).requires_grad_() for seed in (1, 2)]
    apart = [
        torch.autograd.grad(attend(one, curves).context.square().sum(), one)[0] for one in inputs
    ]
    both = sum(attend(one, curves).context.square().sum() for one in inputs)
    together = torch.autograd.grad(both, inputs)
    for one, other in zip(apart, together, strict=True):
        torch.testing.assert_close(one, other)


@families
def test_a_constant_is_read_as_itself_and_heads_and_batch_are_independent(density):
    attend = ContinuousAttention(density)
    raw = 0.4 + 0.2 * random(3, 2, 5, density.n_parameters)
    readout = attend(raw, lambda points: torch.ones(*points.shape, 1).to(points))
    torch.testing.assert_close(readout.context, torch.ones_like(readout.context))
    assert readout.context.shape == (3, 2, 5, 1)
    assert readout.lost_mass.shape == readout.dead.shape == (3, 2, 5)
    whole = attend(raw, curves).context
    alone = attend(raw[1, 1, 2:3], curves).context
    torch.testing.assert_close(whole[1, 1, 2], alone[0])


@families
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_lower_precision_in_is_lower_precision_out(density, dtype):
    attend = ContinuousAttention(density)
    raw = (0.7 * random(2, 3, density.n_parameters)).to(dtype)
    readout = attend(raw, curves)
    assert readout.context.dtype == readout.lost_mass.dtype == dtype
    exact = attend(raw.double(), curves).context
    tolerance = max(4 * torch.finfo(dtype).eps, 1e-5)
    assert (readout.context.double() - exact).abs().max() < tolerance


@pytest.mark.filterwarnings("ignore::attnkit.densities.layers.kernel_score.UnresolvedDensity")
@families
def test_float32_gradients_are_finite_for_wild_parameters(density):
    raw = (30 * random(5, 7, density.n_parameters, dtype=torch.float32)).requires_grad_()
    ContinuousAttention(density)(raw, curves).context.square().sum().backward()
    assert raw.grad.isfinite().all()


@pytest.mark.parametrize("alpha", ALPHAS)
def test_gradients_stay_finite_while_a_head_leaves(alpha):
    place = torch.linspace(-0.5, 1.5, 2003)
    raw = torch.stack([place, torch.full_like(place, -9.0)], -1).unsqueeze(1).requires_grad_()
    density = Unimodal(alpha=alpha, location=unbounded)
    readout = ContinuousAttention(density)(raw, curves)
    readout.context.sum().backward()
    assert 0 < readout.n_dead_heads < 2003
    assert raw.grad.isfinite().all()


def test_a_mass_too_small_to_divide_by_counts_as_none():
    # Met in training: in float32 this head has a mass of 8e-41 inside, and a gradient of NaN.
    raw = [-13, -41, -21, -9, 38, 13, -16, -13, 7.5815, -13.7642, -8.5, 13.5, -11, -2, -13]
    component = Unimodal(alpha=1.0, location=unbounded, least_width=0.03, n_nodes=12)
    raw = torch.tensor([raw]).requires_grad_()
    readout = ContinuousAttention(Mixture(component, n_components=5))(raw, curves)
    (gradient,) = torch.autograd.grad(readout.context.sum(), raw)
    assert readout.n_dead_heads == 1
    assert (gradient == 0).all()


def test_heads_that_leave_the_domain_are_dead_counted_and_silent():
    raw = torch.tensor([[0.5, -9.0], [40.0, -9.0], [-3.0, -9.0]]).requires_grad_()
    for alpha in (1.0, 2.0):
        readout = layer(alpha, location=unbounded)(raw, curves)
        assert readout.dead.tolist() == [False, True, True]
        assert readout.n_dead_heads == 2
        assert readout.lost_mass.tolist()[1:] == [1.0, 1.0]
        assert (readout.context[1:] == 0).all()
        (gradient,) = torch.autograd.grad(readout.context.sum(), raw)
        assert (gradient[1:] == 0).all()
        assert gradient[0].abs().min() > 0


@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.sampled_from(ALPHAS))
@settings(deadline=None, max_examples=60)
def test_a_bounded_head_is_never_dead_and_reads_within_the_range(place, width, alpha):
    readout = layer(alpha)(torch.tensor([[place, width]]), lambda t: t.unsqueeze(-1))
    assert readout.n_dead_heads == 0
    assert -1e-5 <= readout.context.item() <= 1 + 1e-5
    assert 0 <= readout.lost_mass.item() <= 1


def test_a_ridge_value_function_with_masks_and_one_without_a_sample():
    times, samples = torch.rand(3, 17, dtype=torch.float64), random(3, 17, 2)
    mask = torch.ones(3, 17, dtype=torch.bool)
    mask[1, 5:], mask[2] = False, False
    basis = RadialBasis.on_grid(13, (0.05, 0.2), dtype=torch.float64)
    fit = RidgeValueFunction(basis).fit(
        times, torch.where(mask[..., None], samples, math.nan), mask
    )
    for density in (Unimodal(), KernelScore(CENTERS, KERNEL)):
        raw = random(3, 5, density.n_parameters)
        context = ContinuousAttention(density)(raw, fit).context
        assert context.shape == (3, 5, 2)
        assert (context[2] == 0).all()
        few = RidgeValueFunction(basis).fit(times[1, :5], samples[1, :5])
        alone = ContinuousAttention(density)(raw[1], few).context
        torch.testing.assert_close(context[1], alone, rtol=0, atol=1e-9)
        assert fit.diagnostics.n_samples.tolist() == [17, 5, 0]


def test_a_learned_kernel_gets_a_gradient():
    class Learned(nn.Module):
        def __init__(self):
            super().__init__()
            self.log_width = nn.Parameter(torch.tensor(-2.0))

        def forward(self, s, t):
            return gaussian(s, t, width=self.log_width.exp())

    attend = ContinuousAttention(KernelScore(CENTERS, Learned()))
    attend(random(2, 11).float(), curves).context.sum().backward()
    assert [name for name, _ in attend.named_parameters()] == ["density.kernel.log_width"]
    assert attend.density.kernel.log_width.grad.abs() > 0


@families
def test_bad_parameters_are_named(density):
    attend = ContinuousAttention(density)
    n = density.n_parameters
    with pytest.raises(ValueError, match="parameters must have trailing shape"):
        attend(torch.zeros(2, n + 1), curves)
    with pytest.raises(ValueError, match="parameters must hold finite numbers"):
        attend(torch.full((2, n), math.nan), curves)
    with pytest.raises(TypeError, match="parameters"):
        attend(torch.zeros(2, n, dtype=torch.int64), curves)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Unimodal(alpha=0.9), "alpha must be in"),
        (lambda: Unimodal(domain=(1.0, 1.0)), "domain must be finite"),
        (lambda: Unimodal(domain=(-math.inf, 1.0)), "domain must be finite"),
        (lambda: Unimodal(least_width=0.0), "least_width must be in"),
        (lambda: Unimodal(n_nodes=0), "n_nodes must be in"),
        (lambda: Mixture(Unimodal(), n_components=0), "n_components must be in"),
        (lambda: KernelScore(CENTERS, KERNEL, alpha=2.5), "alpha must be in"),
        (lambda: KernelScore(CENTERS[:0], KERNEL), "centers must not be empty"),
        (lambda: KernelScore(CENTERS, KERNEL, domain=(1.0, 0.0)), "domain must be finite"),
        (lambda: KernelScore(CENTERS, KERNEL, n_panels=0), "n_panels must be in"),
    ],
)
def test_bad_options_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_mixture_wants_a_bump_and_centers_a_vector():
    with pytest.raises(TypeError, match="component"):
        Mixture(KernelScore(CENTERS, KERNEL), n_components=2)
    with pytest.raises((TypeError, ValueError), match="centers"):
        KernelScore(CENTERS[None], KERNEL)


@families
def test_one_head_no_batch_and_an_empty_batch(density):
    attend = ContinuousAttention(density)
    assert attend(random(1, density.n_parameters), curves).context.shape == (1, 3)
    assert attend(random(0, 2, density.n_parameters), curves).context.shape == (0, 2, 3)


@families
def test_vmap_equals_the_batched_call(density):
    attend, raw = ContinuousAttention(density), random(3, 2, density.n_parameters)
    mapped = torch.func.vmap(lambda parameters: attend(parameters, curves).context)(raw)
    torch.testing.assert_close(mapped, attend(raw, curves).context)


@pytest.mark.parametrize("name", [pytest.param(name, marks=cuda) for name in FAMILIES])
def test_on_the_gpu_as_on_the_cpu(name):
    density = FAMILIES[name]
    raw = random(3, 5, density.n_parameters)
    wanted = ContinuousAttention(density)(raw, curves)
    found = ContinuousAttention(density).cuda()(raw.cuda(), curves)
    density.cpu()
    assert found.context.is_cuda
    torch.testing.assert_close(found.context.cpu(), wanted.context, rtol=0, atol=1e-9)


@pytest.mark.parametrize("density", ["gauss", nn.Linear(2, 3)])
def test_a_density_that_asks_for_no_parameters_is_refused(density):
    with pytest.raises(TypeError, match="density"):
        ContinuousAttention(density)


def test_a_kernel_between_the_nodes_is_refused_with_its_width_and_their_spacing():
    """128 nodes do not see a width of 0.002 about a center that lies between two."""
    narrow = functools.partial(gaussian, width=0.002)
    with pytest.raises(ValueError, match=r"kernel must be wider than the spacing 0\.012"):
        KernelScore(torch.linspace(0, 1, 16), narrow)
    with pytest.raises(ValueError, match="4 times as many n_panels"):
        KernelScore(torch.linspace(0, 1, 16), narrow)
    seen = ContinuousAttention(KernelScore(torch.linspace(0, 1, 16), narrow, n_panels=256))
    score = torch.zeros(1, 16)
    score[0, 5] = 1000.0
    assert seen(score, lambda t: t.unsqueeze(-1)).context.item() == pytest.approx(1 / 3, abs=1e-5)
    minute = functools.partial(gaussian, width=60.0)
    with pytest.raises(ValueError, match="kernel must be wider"):
        KernelScore(torch.tensor([28800.0]), minute, domain=(0.0, 86400.0))


def test_a_density_narrower_than_the_spacing_is_told():
    """A wide kernel with a large coefficient: one node holds nearly all."""
    layer = ContinuousAttention(KernelScore(torch.linspace(0, 1, 16), KERNEL))
    score = torch.zeros(2, 16)
    score[1, 5] = 1e6
    with pytest.warns(UnresolvedDensity, match="1 of 2 densities are narrower"):
        layer(score, lambda t: t.unsqueeze(-1))
