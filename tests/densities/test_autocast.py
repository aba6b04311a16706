"""Under autocast every function of the densities gives the numbers that it gives outside."""

import functools

import pytest
import torch

import attnkit
from attnkit import densities as d
from attnkit.densities.kernel.kernels import gaussian
from attnkit.densities.values import RadialBasis, RidgeValueFunction
from tests.densities.right_calls import CALLS
from tests.fuzz import _leaves

KERNEL = functools.partial(gaussian, width=0.2)
DTYPES = [torch.bfloat16, torch.float16]


def random(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(7))


def same(function):
    """The leaves of its result inside and outside of a region; and its gradient there."""
    outside = list(_leaves(function()))
    assert outside
    for dtype in DTYPES:
        with torch.autocast("cpu", dtype=dtype):
            inside = list(_leaves(function()))
        for found, wanted in zip(inside, outside, strict=True):
            assert torch.equal(torch.as_tensor(found), torch.as_tensor(wanted))


@pytest.mark.parametrize(
    "call", [each for call in CALLS for each in call.methods()], ids=lambda call: call.label
)
def test_every_public_function(call):
    def result():
        torch.manual_seed(3)
        found = call.function(**call.arguments())
        return call.reads(found) if call.reads else found

    torch.manual_seed(3)
    if list(_leaves(result())):
        same(result)


def test_a_point_inside_the_ellipse_keeps_its_density():
    scale = torch.tensor([[1.3, 0.3], [0.3, 1.3]])
    inside, outer = torch.tensor([1.09, 0.55]), torch.tensor([-3.15, 0.0])
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = d.BetaGaussian(torch.zeros(2), scale, 2.0).log_prob(inside).item()
        normal = d.BetaGaussian(torch.zeros(2), scale, 1.0).log_prob(outer).item()
    assert found == pytest.approx(-4.7685, abs=1e-3)
    assert normal == pytest.approx(-6.1039, abs=1e-3)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("alpha", [1.0, 1.5])
def test_everything_of_a_beta_gaussian(n, alpha):
    factor = random(n, n) / 3 + torch.eye(n)
    density = d.BetaGaussian(random(n), factor @ factor.mT, alpha)
    points = random(5, n)
    for function in (
        lambda: density.log_prob(points),
        lambda: density.fenchel_young_loss(points),
        lambda: density.rsample((3,), torch.Generator().manual_seed(0)),
        lambda: density.expectation(lambda t: t)[:2],
        lambda: [density.covariance_matrix, density.variance, density.entropy()],
        lambda: [density.threshold, density.support_half_widths, density.escort_mass],
        lambda: density.escort().covariance_matrix,
    ):
        same(function)


DENSITIES = [
    (d.Unimodal(), 2),
    (d.Mixture(d.Unimodal(), n_components=2), 6),
    (d.KernelScore(torch.linspace(0, 1, 5), KERNEL), 5),
    (d.KernelScore(torch.linspace(0, 1, 5), KERNEL, alpha=1.0), 5),
]


@pytest.mark.parametrize(("density", "n_parameters"), DENSITIES)
def test_layers_and_what_they_read(density, n_parameters):
    times, samples = torch.linspace(0, 1, 13), random(13, 2)
    values = RidgeValueFunction(RadialBasis.on_grid(7, (0.2,))).fit(times, samples)
    for read in (values, d.TabulatedValues(samples), lambda t: t.unsqueeze(-1)):
        same(lambda read=read: d.ContinuousAttention(density)(random(3, n_parameters), read)[:2])
    same(lambda: d.ContinuousAttention(density)(random(2, n_parameters), values).context)


def test_an_image():
    parameters, image = random(2, 3, 5), random(5, 7, 2)
    layer = d.ContinuousAttention(d.Elliptical((5, 7)))
    same(lambda: layer(parameters, d.PixelValues(image))[:2])


def test_a_ridge_fit_and_its_diagnostics():
    times, samples = torch.linspace(0, 1, 13), 2 * random(13, 3)
    mask = random(13, 3) > -0.5
    for given in (None, mask, mask[:, 0]):
        function = RidgeValueFunction(RadialBasis.on_grid(7, (0.2,)))

        def fitted(function=function, given=given):
            found = function.fit(times, samples, given)
            return [found.coefficients, found(times), found.diagnostics]

        same(fitted)


def test_gradients_of_what_was_computed_inside_a_region():
    queries, keys, values = random(3, 5), random(7, 5), random(7, 2)

    def gradient(enabled):
        leaf = queries.clone().requires_grad_()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
            read = attnkit.attention(leaf, keys, values, alpha=1.5)
        read.square().sum().backward()
        return leaf.grad

    assert torch.equal(gradient(True), gradient(False))
