"""BetaGaussian on a CUDA device, where there is one, against the CPU."""

import pytest
import torch

from attnkit.densities import BetaGaussian

pytestmark = [
    pytest.mark.cuda,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]

UNIT = (0.0, 1.0)


def on(device, n, alpha):
    """Seven densities in R^n, as leaves that ask for gradients."""
    generator = torch.Generator().manual_seed(n)
    loc = torch.rand(7, n, generator=generator, dtype=torch.float64)
    factor = 0.2 * torch.randn(7, n, n, generator=generator, dtype=torch.float64)
    scale_matrix = factor @ factor.mT + 0.02 * torch.eye(n, dtype=torch.float64)
    leaves = [part.to(device).requires_grad_() for part in (loc, scale_matrix)]
    return leaves, BetaGaussian(*leaves, alpha)


def wave(points):
    return torch.sin(2 * points.sum(-1))


def results(device, n, alpha):
    leaves, density = on(device, n, alpha)
    points = torch.linspace(0, 1, 5 * n, dtype=torch.float64).reshape(5, 1, n).to(device)
    found = [
        density.log_prob(points).exp(),
        density.entropy(),
        density.fenchel_young_loss(points),
        density.covariance_matrix,
        density.spread_tril,
        density.escort_mass,
        density.expectation(wave).value,
    ]
    if n < 3:
        found += density.expectation(wave, (UNIT,) * n)[::2]
    gradients = torch.autograd.grad(sum(part.sum() for part in found), leaves)
    return [*found, *gradients]


@pytest.mark.parametrize("alpha", [1.0, 1.1, 1.5, 2.0, 3.0])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_equals_the_cpu(n, alpha):
    for got, wanted in zip(results("cuda", n, alpha), results("cpu", n, alpha), strict=True):
        assert got.is_cuda
        torch.testing.assert_close(got.cpu(), wanted, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_samples_and_mixtures(alpha):
    leaves, density = on("cuda", 2, alpha)
    generator = torch.Generator("cuda").manual_seed(0)
    samples = density.sample((40_000,), generator)
    assert samples.is_cuda
    apart = (samples.var(0) / density.variance - 1).abs()
    assert (apart < 5 * (2 / 40_000) ** 0.5 * 1.1).all()
    mixed = torch.distributions.MixtureSameFamily(
        torch.distributions.Categorical(logits=torch.zeros(7, device="cuda")), density
    )
    mixed.log_prob(torch.full((2,), 50.0, device="cuda", dtype=torch.float64)).backward()
    assert leaves[0].grad.isfinite().all()


def test_half_precision():
    density = BetaGaussian(
        torch.zeros(3, 2, device="cuda").half(), torch.eye(2, device="cuda").half(), 1.5
    )
    assert density.log_prob(density.loc).dtype == torch.float16
    assert density.expectation(torch.cos).value.dtype == torch.float16
