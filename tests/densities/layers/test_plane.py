"""Attention over an image against exact expectations of the density in the plane."""

import math

import pytest
import torch

from attnkit.densities.layers import ContinuousAttention, Elliptical
from attnkit.densities.values.tabulated import PixelValues

SQUARE = ((0.0, 1.0), (0.0, 1.0))


def random(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def heads(*batch, seed=0):
    """Parameters of ellipses a fifth to a third of the image wide."""
    raw = 0.5 * random(*batch, 5, seed=seed)
    return raw + torch.tensor([0.0, 0.0, -1.5, -1.5, 0.0], dtype=torch.float64)


def waves(points):
    """Two smooth features of the place, (..., node, 2)."""
    return torch.stack([(3 * points[..., 0]).sin(), (points[..., 0] * points[..., 1])], -1)


@pytest.mark.parametrize("alpha", [1.0, 4 / 3, 2.0])
def test_heads_are_exact_conditional_expectations_in_the_square(alpha):
    density = Elliptical((13, 11), alpha=alpha, per_pixel=5)
    raw = heads(3, 2)
    readout = ContinuousAttention(density)(raw, waves)
    exact = density.distribution(raw).expectation(waves, SQUARE)
    assert (readout.context - exact.value).abs().max() < 1e-3
    assert (readout.lost_mass - (1 - exact.mass)).abs().max() < 2e-3


def test_more_nodes_per_pixel_come_closer():
    raw = heads(3, 2)
    errors = []
    for per_pixel in (1, 4):
        density = Elliptical((13, 11), per_pixel=per_pixel)
        exact = density.distribution(raw).expectation(waves, SQUARE).value
        found = ContinuousAttention(density)(raw, waves).context
        errors.append(float((found - exact).abs().max()))
    assert errors[0] > 5 * errors[1]


@pytest.mark.parametrize("alpha", [1.0, 1.25, 2.0, 5.0])
def test_the_factor_is_that_of_the_covariance_on_the_plane(alpha):
    density, raw = Elliptical((13, 11), alpha=alpha), heads(3, seed=1)
    factor = torch.diag_embed(torch.nn.functional.softplus(raw[:, 2:4]))
    factor[:, 1, 0] = raw[:, 4]
    wanted = factor @ factor.mT + (0.5 / 11) ** 2 * torch.eye(2)
    torch.testing.assert_close(density.distribution(raw).covariance_matrix, wanted)


def test_nothing_outside_the_ellipse_is_read():
    image = torch.zeros(11, 13, 1, dtype=torch.float64)
    image[:, 8:] = 1
    left = torch.tensor([[0.0, -2.0, -9.0, -9.0, 0.0]], dtype=torch.float64)
    sparse = ContinuousAttention(Elliptical((11, 13)))(left, PixelValues(image))
    dense = ContinuousAttention(Elliptical((11, 13), alpha=1.0))(left, PixelValues(image))
    assert sparse.context.item() == 0
    assert dense.context.item() > 0


def test_a_constant_image_is_read_as_itself_by_any_head():
    raw = torch.cat([30 * random(997, 2), -8 + random(997, 2, seed=1), random(997, 1, seed=2)], -1)
    for alpha, per_pixel in ((2.0, 3), (9.0, 1)):
        attend = ContinuousAttention(Elliptical((7, 5), alpha=alpha, per_pixel=per_pixel))
        context = attend(raw, PixelValues(torch.ones(7, 5, 1, dtype=torch.float64))).context
        torch.testing.assert_close(context, torch.ones_like(context))


def test_images_of_a_batch_are_read_by_their_own_heads():
    images, raw = random(3, 7, 5, 2).abs(), heads(3, 4)
    attend = ContinuousAttention(Elliptical((7, 5)))
    together = attend(raw, PixelValues(images)).context
    alone = attend(raw[1], PixelValues(images[1])).context
    torch.testing.assert_close(together[1], alone)
    assert together.shape == (3, 4, 2)


@pytest.mark.parametrize("alpha", [1.0, 1.5])
def test_gradients_are_those_of_finite_differences(alpha):
    attend = ContinuousAttention(Elliptical((5, 5), alpha=alpha, per_pixel=2))
    raw = heads(2, 1).requires_grad_()
    assert torch.autograd.gradcheck(lambda p: attend(p, waves).context, raw)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_in_is_half_precision_out(dtype):
    attend, raw = ContinuousAttention(Elliptical((7, 5))), heads(2, 3)
    found = attend(raw.to(dtype), waves).context
    assert found.dtype == dtype
    exact = attend(raw.to(dtype).double(), waves).context
    assert (found.double() - exact).abs().max() < 4 * torch.finfo(dtype).eps


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Elliptical((0, 5)), r"shape\[0\] must be in"),
        (lambda: Elliptical((5, 5), alpha=0.5), "alpha must be in"),
        (lambda: Elliptical((5, 5), per_pixel=0), "per_pixel must be in"),
    ],
)
def test_bad_options_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_bad_parameters_are_named():
    attend = ContinuousAttention(Elliptical((5, 5)))
    with pytest.raises(ValueError, match="parameters must have trailing shape"):
        attend(torch.zeros(2, 4), waves)
    with pytest.raises(ValueError, match="parameters must hold finite numbers"):
        attend(torch.full((2, 5), math.nan), waves)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_on_the_gpu_as_on_the_cpu():
    raw = heads(3, 2)
    wanted = ContinuousAttention(Elliptical((7, 5)))(raw, waves).context
    found = ContinuousAttention(Elliptical((7, 5))).cuda()(raw.cuda(), waves).context
    torch.testing.assert_close(found.cpu(), wanted)
