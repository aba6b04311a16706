"""The usual kernels: symmetric, positive definite, of the size and shape their names promise."""

import functools

import pytest
import torch

from attnkit.densities.kernel import kernels

STATIONARY = [
    kernels.gaussian,
    kernels.laplace,
    kernels.matern32,
    kernels.matern52,
    kernels.hat,
    kernels.periodic,
]


def points(n=13):
    return torch.rand(n, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.mark.parametrize("kernel", [*STATIONARY, kernels.polynomial])
def test_symmetric_and_positive_definite(kernel):
    s, t = points().unsqueeze(-1), points()
    gram = kernel(s, t)
    assert gram.shape == (13, 13)
    torch.testing.assert_close(gram, gram.mT)
    assert torch.linalg.eigvalsh(gram).min() > -1e-12


@pytest.mark.parametrize("kernel", STATIONARY)
def test_one_at_no_distance_and_narrower_with_the_width(kernel):
    t = points()
    torch.testing.assert_close(kernel(t, t), torch.ones_like(t))
    wide, narrow = (kernel(t, t + 0.05, width=width) for width in (0.2, 0.1))
    assert (narrow < wide).all()
    assert (wide < 1).all()


def test_widths_may_be_tensors_and_are_differentiable():
    s, t = points(5).unsqueeze(-1), points(7)
    width = torch.rand(7, generator=torch.Generator().manual_seed(1)).double().requires_grad_()
    for kernel in STATIONARY:
        assert torch.autograd.gradcheck(lambda w, k=kernel: k(s, t + 2.0, width=w), width)


def test_values():
    s, t = torch.tensor([0.3, 0.1], dtype=torch.float64)
    expected = {
        kernels.gaussian: 0.6065306597126334,
        kernels.laplace: 0.36787944117144233,
        kernels.matern32: 0.4833577245965077,
        kernels.matern52: 0.5239941088318203,
        kernels.hat: 0.0,
    }
    for kernel, value in expected.items():
        assert kernel(s, t, width=0.2).item() == pytest.approx(value, abs=1e-12)
    assert kernels.polynomial(s, t, degree=3, offset=1.0).item() == pytest.approx(1.03**3)
    assert kernels.periodic(s, t + 5, period=0.5).item() == pytest.approx(
        kernels.periodic(s, t, period=0.5).item()
    )


@pytest.mark.parametrize(
    "kernel",
    [*(functools.partial(each, width=0.0) for each in STATIONARY),
     functools.partial(kernels.gaussian, width=torch.tensor([0.1, -0.1])),
     functools.partial(kernels.periodic, period=0.0),
     functools.partial(kernels.polynomial, degree=0),
     functools.partial(kernels.polynomial, offset=-1.0)],
)  # fmt: skip
def test_bad_parameters_are_named(kernel):
    with pytest.raises(ValueError, match=r"width|period|degree|offset"):
        kernel(torch.zeros(2), torch.zeros(2))
