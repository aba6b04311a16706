"""BetaGaussian as a torch distribution: batches, mixtures, gradients, dtypes, bad input."""

import math

import pytest
import torch
from beartype.roar import BeartypeCallHintParamViolation
from torch.autograd import gradcheck, gradgradcheck
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from attnkit.densities import BetaGaussian
from attnkit.densities.alpha_family.log_density import logsumexp
from tests.densities.alpha_family.test_beta_gaussian import double, example

ALPHAS = [1.0, 1.2, 1.5, 2.0, 3.0]


def batch(dtype=torch.float64, alpha=1.5):
    """Seven by five densities in R^3, the scale shared by the seven."""
    generator = torch.Generator().manual_seed(0)
    loc = torch.randn(7, 5, 3, generator=generator, dtype=torch.float64)
    factor = torch.randn(5, 3, 3, generator=generator, dtype=torch.float64)
    scale_matrix = factor @ factor.mT + torch.eye(3)
    return BetaGaussian(loc.to(dtype), scale_matrix.to(dtype), alpha)


def test_parameters_broadcast_and_every_density_is_its_own():
    alpha = double([1.0, 1.1, 1.5, 2.0, 3.0])
    many = batch(alpha=alpha)
    assert many.batch_shape == (7, 5)
    assert many.event_shape == (3,)
    points = many.sample((11,), generator=torch.Generator().manual_seed(1))
    assert points.shape == (11, 7, 5, 3)
    one = BetaGaussian(many.loc[4, 3], many.scale_matrix[4, 3], 2.0)
    alone = one.log_prob(points[:, 4, 3])
    torch.testing.assert_close(many.log_prob(points)[:, 4, 3], alone)
    for name in (
        "mean", "mode", "variance", "covariance_matrix", "threshold", "support_radius",
        "support_half_widths", "escort_mass", "stddev", "spread_tril",
    ):  # fmt: skip
        torch.testing.assert_close(getattr(many, name)[4, 3], getattr(one, name))
    torch.testing.assert_close(many.entropy()[4, 3], one.entropy())
    loss = many.fenchel_young_loss(points)
    torch.testing.assert_close(loss[:, 4, 3], one.fenchel_young_loss(points[:, 4, 3]))


@pytest.mark.parametrize("alpha", [2, 1.5, double([1.1, 1.5, 2.0, 3.0, 1.0])])
def test_expand(alpha):
    small = batch(alpha=alpha)
    large = small.expand((2, 7, 5))
    assert type(large) is BetaGaussian
    assert large.batch_shape == (2, 7, 5)
    torch.testing.assert_close(large.log_prob(large.loc)[1], small.log_prob(small.loc))
    for name in ("variance", "threshold", "support_radius", "escort_mass"):
        assert getattr(large, name).shape[:3] == (2, 7, 5)
        torch.testing.assert_close(getattr(large, name)[1], getattr(small, name))
    assert large.rsample((3,)).shape == (3, 2, 7, 5, 3)
    assert large.support_radius.shape == (2, 7, 5)


def test_a_generator_makes_samples_repeatable():
    density = batch()
    first, second = (density.sample((2,), torch.Generator().manual_seed(9)) for _ in range(2))
    assert torch.equal(first, second)
    assert not first.requires_grad
    assert "BetaGaussian" in repr(density)


def test_empty_batches_and_points():
    none = BetaGaussian(torch.zeros(0, 2), torch.eye(2).expand(0, 2, 2), 1.5)
    assert none.log_prob(torch.zeros(0, 2)).shape == (0,)
    assert none.sample((3,)).shape == (3, 0, 2)
    for domain in (None, ((0.0, 1.0), (0.0, 1.0))):
        assert none.expectation(torch.cos, domain).value.shape == (0, 2)
    line = BetaGaussian(torch.zeros(0, 1), torch.eye(1).expand(0, 1, 1), 1.5)
    assert line.expectation(torch.cos).value.shape == (0, 1)
    assert example(2, 1.5).log_prob(torch.zeros(0, 2).double()).shape == (0,)


def mixture(logits, loc, scale_matrix, alpha):
    return MixtureSameFamily(Categorical(logits=logits), BetaGaussian(loc, scale_matrix, alpha))


@pytest.mark.parametrize("alpha", ALPHAS)
def test_mixture_is_the_weighted_sum(alpha):
    generator = torch.Generator().manual_seed(2)
    logits = torch.randn(7, 3, generator=generator, dtype=torch.float64)
    loc = torch.randn(7, 3, 2, generator=generator, dtype=torch.float64)
    scale_matrix = torch.diag_embed(torch.rand(7, 3, 2, generator=generator).double() + 0.1)
    mixed = mixture(logits, loc, scale_matrix, alpha)
    points = loc[:, 0] + 0.3
    parts = BetaGaussian(loc, scale_matrix, alpha).log_prob(points.unsqueeze(-2)).exp()
    wanted = (logits.softmax(-1) * parts).sum(-1)
    torch.testing.assert_close(mixed.log_prob(points).exp(), wanted)
    assert mixed.sample((5,)).shape == (5, 7, 2)
    samples = mixed.sample((4000,))
    apart = (samples.mean(0) - mixed.mean).abs()
    assert (apart < 5 * (mixed.variance / 4000).sqrt()).all()


@pytest.mark.parametrize("alpha", [1.5, 2.0, 3.0])
def test_a_mixture_has_zero_gradients_outside_every_support(alpha):
    logits = torch.zeros(3, requires_grad=True)
    loc = torch.zeros(3, 2).requires_grad_()
    scale_matrix = torch.eye(2).expand(3, 2, 2).clone().requires_grad_()
    order = torch.tensor(alpha, requires_grad=True)
    points = torch.tensor([[50.0, -60.0], [0.1, 0.2]]).requires_grad_()
    found = mixture(logits, loc, scale_matrix, order).log_prob(points)
    assert found[0] == -math.inf
    assert found[1].isfinite()
    found[0].backward()
    for leaf in (logits, loc, scale_matrix, order, points):
        assert torch.equal(leaf.grad, torch.zeros_like(leaf))
        leaf.grad = None
    mixture(logits, loc, scale_matrix, order).log_prob(points).exp().sum().backward()
    for leaf in (logits, loc, scale_matrix, order, points):
        assert leaf.grad.isfinite().all()
    assert loc.grad.abs().max() > 0


def test_logsumexp_is_torch_s_wherever_any_term_is_finite():
    terms = double([[1.0, -math.inf, 0.3], [0.1, 0.2, 0.3]]).requires_grad_()
    torch.testing.assert_close(logsumexp(terms, -1), torch.logsumexp(terms, -1))
    kept = logsumexp(terms, 0, keepdim=True)
    torch.testing.assert_close(kept, torch.logsumexp(terms, 0, keepdim=True))
    finite = double([[1.0, 0.2], [0.1, 0.3]]).requires_grad_()
    assert gradcheck(lambda t: logsumexp(t, -1), finite)
    assert gradgradcheck(lambda t: logsumexp(t, -1), finite)


def test_only_the_logsumexp_of_a_log_density_is_special():
    found = example(2, 2.0).log_prob(torch.zeros(5, 2).double())
    for plain in (found.exp(), found * 2, found.sum(), found - 1, found[0]):
        assert type(plain) is torch.Tensor
    assert type((found + 1).logsumexp(0)) is torch.Tensor


@pytest.mark.parametrize("alpha", [1.0, 1.00001, 1.3, 2.0, 3.0])
@pytest.mark.parametrize("n", [1, 2])
def test_gradients_of_every_quantity(n, alpha):
    generator = torch.Generator().manual_seed(n)
    loc = torch.randn(n, generator=generator, dtype=torch.float64)
    factor = 0.3 * torch.randn(n, n, generator=generator, dtype=torch.float64)
    points = loc + 0.2 * torch.randn(2, n, generator=generator, dtype=torch.float64)

    def quantities(points, loc, factor, alpha):
        scale_matrix = factor @ factor.mT + 0.5 * torch.eye(n, dtype=torch.float64)
        density = BetaGaussian(loc, scale_matrix, alpha)
        found = (
            density.log_prob(points),
            density.entropy(),
            density.fenchel_young_loss(points),
            density.covariance_matrix,
            density.escort_mass,
        )
        return tuple(part + 0 for part in found)  # plain tensors

    leaves = [leaf.requires_grad_() for leaf in (points, loc, factor)]
    order = double(alpha)
    if alpha > 1:
        leaves.append(order.requires_grad_())
    fixed = [order] if alpha == 1 else []
    assert gradcheck(lambda *args: quantities(*args, *fixed), leaves, rtol=1e-5, atol=1e-6)
    if n == 2:
        assert gradgradcheck(lambda *args: quantities(*args, *fixed), leaves, rtol=1e-4, atol=1e-5)


def test_repeated_eigenvalues_have_gradients():
    scale_matrix = torch.eye(3, dtype=torch.float64).requires_grad_()
    density = BetaGaussian(torch.zeros(3).double(), scale_matrix, 1.5)
    total = density.log_prob(double([0.1, 0.2, 0.3])) + density.rsample().sum()
    (total + density.support_half_widths.sum() + density.support_radius).backward()
    assert scale_matrix.grad.isfinite().all()


@pytest.mark.parametrize("alpha", [1.0, 1.3, 2.0])
def test_reparametrised_samples_differentiate_a_mean(alpha):
    """d E[|t|^2] / d S and d alpha by samples against the closed form of the covariance."""
    scale_matrix = double([[0.4, 0.1], [0.1, 0.3]]).requires_grad_()
    order = double(alpha).requires_grad_(alpha > 1)
    density = BetaGaussian(torch.zeros(2).double(), scale_matrix, order)
    samples = density.rsample((40_000,), torch.Generator().manual_seed(4))
    leaves = [scale_matrix, order] if alpha > 1 else [scale_matrix]
    got = torch.autograd.grad(samples.square().sum(-1).mean(), leaves, retain_graph=True)
    wanted = torch.autograd.grad(density.variance.sum(), leaves)
    for found, right in zip(got, wanted, strict=True):
        torch.testing.assert_close(found, right, rtol=0.03, atol=0.03 * right.abs().max().item())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_half_precision_in_half_precision_out(dtype):
    density, exact = batch(dtype), batch(dtype)
    exact = BetaGaussian(exact.loc.double(), exact.scale_matrix.double(), 1.5)
    points = density.sample((3,), generator=torch.Generator().manual_seed(3))
    assert points.dtype == dtype
    tolerance = 4 * torch.finfo(dtype).eps
    for name in ("mean", "variance", "covariance_matrix", "threshold", "support_radius"):
        assert getattr(density, name).dtype == dtype
        torch.testing.assert_close(
            getattr(density, name).double(), getattr(exact, name), rtol=tolerance, atol=tolerance
        )
    found = density.log_prob(density.loc)
    assert found.dtype == dtype
    right = exact.log_prob(exact.loc)
    torch.testing.assert_close(found.double(), right + 0, rtol=tolerance, atol=tolerance)
    assert density.entropy().dtype == dtype
    assert density.fenchel_young_loss(points).dtype == dtype
    assert density.expectation(torch.cos).value.dtype == dtype


def test_non_contiguous_tensors():
    density = batch()
    loc = density.loc.permute(2, 1, 0).contiguous().permute(2, 1, 0)
    scale_matrix = density.scale_matrix.contiguous().mT.contiguous().mT
    strided = BetaGaussian(loc, scale_matrix, 1.5)
    points = torch.randn(3, 5, 7, dtype=torch.float64).permute(2, 1, 0)
    assert not points.is_contiguous()
    assert not loc.is_contiguous()
    torch.testing.assert_close(
        strided.log_prob(points), density.log_prob(points.contiguous()) + 0, check_stride=False
    )
    torch.testing.assert_close(strided.entropy(), density.entropy())


def test_vmap_and_jacrev():
    loc = torch.randn(5, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def height(loc):
        return BetaGaussian(loc, torch.eye(2).double(), 1.5).log_prob(double([0.1, 0.2])).exp()

    torch.testing.assert_close(torch.func.vmap(height)(loc), torch.stack([*map(height, loc)]))
    leaf = loc[0].clone().requires_grad_()
    (wanted,) = torch.autograd.grad(height(leaf), leaf)
    torch.testing.assert_close(torch.func.jacrev(height)(loc[0]), wanted)


def test_validation_can_be_turned_off():
    density = BetaGaussian(torch.zeros(2), torch.eye(2), 1.5, validate_args=False)
    assert density.log_prob(torch.tensor([math.nan, 0.0])) == -math.inf
    assert MultivariateNormal.support is BetaGaussian.support


EYE = torch.eye(2)
ZERO = torch.zeros(2)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: BetaGaussian(ZERO, -EYE, 1.5), ValueError, "positive definite"),
        (lambda: BetaGaussian(ZERO, 0 * EYE, 1.5), ValueError, "positive definite"),
        (
            lambda: BetaGaussian(ZERO, torch.tensor([[1.0, 2.0], [2.0, 1.0]]), 1.5),
            ValueError,
            "positive definite",
        ),
        (
            lambda: BetaGaussian(ZERO, torch.tensor([[1e-6, 3e-7], [0.0, 1e-6]]), 1.5),
            ValueError,
            "symmetric",
        ),
        (lambda: BetaGaussian(ZERO, EYE * math.nan, 1.5), ValueError, "scale_matrix"),
        (lambda: BetaGaussian(ZERO, EYE[:1], 1.5), ValueError, "scale_matrix"),
        (lambda: BetaGaussian(ZERO, torch.eye(3), 1.5), ValueError, "scale_matrix"),
        (lambda: BetaGaussian(ZERO * math.nan, EYE, 1.5), ValueError, "loc"),
        (lambda: BetaGaussian(torch.tensor(0.0), EYE, 1.5), ValueError, "loc"),
        (lambda: BetaGaussian(torch.zeros(2).long(), EYE, 1.5), TypeError, "loc"),
        (lambda: BetaGaussian(ZERO, torch.eye(2).long(), 1.5), TypeError, "scale_matrix"),
        (lambda: BetaGaussian(ZERO, EYE, 0.9), ValueError, "alpha"),
        (lambda: BetaGaussian(ZERO, EYE, math.nan), ValueError, "alpha"),
        (lambda: BetaGaussian(ZERO, EYE, math.inf), ValueError, "alpha"),
        (lambda: BetaGaussian(ZERO, EYE, torch.tensor([1.5, 0.5])), ValueError, "alpha"),
        (lambda: BetaGaussian(ZERO, EYE, torch.tensor(2)), TypeError, "alpha"),
        (lambda: BetaGaussian(ZERO, EYE, "sparse"), TypeError, "alpha"),
        (
            lambda: BetaGaussian(torch.zeros(3, 2), EYE, torch.tensor([1.5, 2.0])),
            ValueError,
            "alpha must have shape",
        ),
        (lambda: BetaGaussian(ZERO, EYE, 1.5).log_prob(torch.zeros(3)), ValueError, "value"),
        (lambda: BetaGaussian(ZERO, EYE, 1.5).log_prob(ZERO * math.nan), ValueError, "value"),
        (lambda: BetaGaussian(ZERO, EYE, 1.5).log_prob(ZERO.long()), TypeError, "value"),
        (lambda: BetaGaussian(ZERO, EYE, 1.5).fenchel_young_loss(ZERO[:1]), ValueError, "value"),
        (lambda: BetaGaussian(ZERO, EYE, 1.5).expectation(torch.sum), ValueError, "function"),
        (
            lambda: BetaGaussian(ZERO, EYE, 1.5).expectation(torch.cos, ((0, 1), (1, 1))),
            ValueError,
            "domain",
        ),
        (
            lambda: BetaGaussian(ZERO, EYE, 1.5).expectation(torch.cos, (0.0, 1.0)),
            ValueError,
            "domain",
        ),
        (
            lambda: BetaGaussian(ZERO[:1], EYE[:1, :1], 1.5).expectation(torch.cos, (1.0, 0.0)),
            ValueError,
            "domain",
        ),
        (
            lambda: BetaGaussian(torch.zeros(3), torch.eye(3), 1.5).expectation(
                torch.cos, ((0, 1), (0, 1), (0, 1))
            ),
            ValueError,
            "domain",
        ),
    ],
)
def test_bad_input_is_named(call, error, words):
    # beartype may refuse a wrong shape or dtype before attnkit does.
    with pytest.raises(Exception, match=words) as caught:
        call()
    assert isinstance(caught.value, error | BeartypeCallHintParamViolation)


@pytest.mark.parametrize("n", [1, 2, 3])
def test_location_and_scale_of_two_dtypes_work_in_the_wider(n):
    wide = BetaGaussian(torch.zeros(n).double(), torch.eye(n).double(), 1.5)
    points = torch.linspace(-0.5, 0.5, 5 * n).double().reshape(5, n)
    for loc, scale in ((torch.float64, torch.float32), (torch.float32, torch.float64)):
        mixed = BetaGaussian(torch.zeros(n, dtype=loc), torch.eye(n, dtype=scale), 1.5)
        torch.testing.assert_close(mixed.log_prob(points), wide.log_prob(points))
        torch.testing.assert_close(
            mixed.fenchel_young_loss(points), wide.fenchel_young_loss(points)
        )
        found = mixed.expectation(lambda t: t.square())
        torch.testing.assert_close(found.value, wide.expectation(lambda t: t.square()).value)
        drawn = [d.rsample((2,), torch.Generator().manual_seed(1)) for d in (mixed, wide)]
        torch.testing.assert_close(*drawn)


def test_a_density_of_no_dimension_and_points_of_another_batch_are_named():
    with pytest.raises(ValueError, match="loc must have at least one dimension"):
        BetaGaussian(torch.zeros(0), torch.zeros(0, 0), 1.5)
    density = BetaGaussian(torch.zeros(3, 2), torch.eye(2), 1.5)
    for method in (density.log_prob, density.fenchel_young_loss):
        with pytest.raises(ValueError, match="value must have leading dimensions"):
            method(torch.zeros(5, 2))
        with pytest.raises(ValueError, match="value must hold finite"):
            method(torch.full((3, 2), float("nan")))


@pytest.mark.parametrize("bad", [(0.0, float("nan")), ("0", 1.0), (1.0, 0.0), 3, (0.0, True)])
def test_sides_of_a_box_that_are_none_are_named(bad):
    density = BetaGaussian(torch.zeros(2), torch.eye(2), 1.5)
    with pytest.raises(ValueError, match=r"domain\[1\] must be numbers"):
        density.expectation(lambda t: t, ((0.0, 1.0), bad))


def test_points_are_looked_at_after_a_compiler_has_turned_torch_s_default_off(monkeypatch):
    monkeypatch.setattr(torch.distributions.Distribution, "_validate_args", False)
    density = BetaGaussian(torch.zeros(2), torch.eye(2), 1.5)
    with pytest.raises(ValueError, match="value"):
        density.log_prob(torch.full((2,), torch.nan))
