"""Whether a density exists: what the check answers, and integrals over ever longer intervals."""

import functools
import math

import pytest
import torch
from torch.distributions import Laplace, Normal, StudentT

from attnkit.densities import KernelDensity
from attnkit.densities.kernel.existence import (
    Existence,
    ExponentialTail,
    KernelGrowth,
    PowerTail,
    existence,
    truncated_log_mass,
)
from attnkit.densities.kernel.kernels import polynomial

NORMAL_TAIL, LAPLACE_TAIL = ExponentialTail(2.0, 0.5), ExponentialTail(1.0, 1.0)
SQUARES, LINES = KernelGrowth(4.0), KernelGrowth(2.0)  # k = s^2 t^2 and k = s t


def normal():
    return Normal(torch.tensor(0.0).double(), torch.tensor(1.0).double())


def standard_laplace():
    return Laplace(torch.tensor(0.0).double(), torch.tensor(1.0).double())


def log_masses(score, base, radii):
    return [truncated_log_mass(score, base, radius).item() for radius in radii]


@pytest.mark.parametrize(
    ("growth", "tail", "alpha", "norm", "answer"),
    [
        (KernelGrowth(0.0), NORMAL_TAIL, 1.0, None, Existence.YES),
        (KernelGrowth(0.0), PowerTail(1.0), 1.0, None, Existence.YES),
        (LINES, NORMAL_TAIL, 1.0, None, Existence.YES),
        (SQUARES, NORMAL_TAIL, 1.0, None, Existence.DEPENDS_ON_NORM),
        (LINES, LAPLACE_TAIL, 1.0, None, Existence.DEPENDS_ON_NORM),
        (SQUARES, NORMAL_TAIL, 1.0, 0.6, Existence.NO),
        (SQUARES, NORMAL_TAIL, 1.0, 0.4, Existence.YES),
        (KernelGrowth(4.0, 4.0), NORMAL_TAIL, 1.0, 0.3, Existence.NO),
        (LINES, LAPLACE_TAIL, 1.0, 1.0, Existence.NO),
        (LINES, LAPLACE_TAIL, 1.0, 0.9, Existence.YES),
        (KernelGrowth(8.0), NORMAL_TAIL, 1.0, None, Existence.NO),
        (KernelGrowth(8.0), NORMAL_TAIL, 1.0, 0.0, Existence.YES),
        (SQUARES, ExponentialTail(math.inf), 1.0, None, Existence.YES),
        (LINES, PowerTail(3.0), 1.0, None, Existence.NO),
        (KernelGrowth(8.0), LAPLACE_TAIL, 1.5, None, Existence.YES),
        (LINES, PowerTail(3.0), 1.5, None, Existence.YES),
        (SQUARES, PowerTail(3.0), 1.5, None, Existence.NO),
        (LINES, PowerTail(1.0), 2.0, None, Existence.NO),
    ],
)
def test_answers(growth, tail, alpha, norm, answer):
    assert existence(growth, tail, alpha=alpha, norm=norm) is answer


@pytest.mark.parametrize(
    ("score", "base", "radii"),
    [
        (lambda t: 0.6 * t**2, normal, (5, 10, 15)),
        (lambda t: t, standard_laplace, (10, 100, 1000)),
        (lambda t: t**3 + t**4, normal, (2, 3, 4)),
    ],
    ids=["0.6 t^2", "t", "t^3 + t^4"],
)
def test_without_a_density_the_integral_keeps_growing(score, base, radii):
    first, second, third = log_masses(score, base(), radii)
    assert second > first + 1
    assert third > second + 1


def test_the_first_counter_example_in_figures():
    masses = [math.exp(each) for each in log_masses(lambda t: 0.6 * t**2, normal(), (5, 10, 15))]
    assert masses == pytest.approx([12, 9.3e3, 1.6e9], rel=0.05)


@pytest.mark.parametrize(
    ("score", "base", "limit"),
    [
        (lambda t: 0.4 * t**2, normal, -math.log(0.2) / 2),
        (lambda t: 0.9 * t, standard_laplace, -math.log(1 - 0.81)),
    ],
    ids=["0.4 t^2", "0.9 t"],
)
def test_within_the_bound_on_the_norm_the_integral_settles(score, base, limit):
    assert log_masses(score, base(), (400,)) == pytest.approx([limit], abs=1e-9)


def test_kernel_density_decides_as_the_check_does():
    cases = [
        (0.4, polynomial, normal(), SQUARES, NORMAL_TAIL),
        (0.6, polynomial, normal(), SQUARES, NORMAL_TAIL),
        (0.9, functools.partial(polynomial, degree=1), standard_laplace(), LINES, LAPLACE_TAIL),
        (1.0, functools.partial(polynomial, degree=1), standard_laplace(), LINES, LAPLACE_TAIL),
    ]
    for norm, kernel, base, growth, tail in cases:
        build = functools.partial(
            KernelDensity, torch.tensor([norm]).double(), torch.ones(1).double(), kernel
        )
        if existence(growth, tail, norm=norm) is Existence.YES:
            build(1.0, (-math.inf, math.inf), base)
        else:
            with pytest.raises(ValueError, match="base must have tails"):
                build(1.0, (-math.inf, math.inf), base)
        build(2.0, (-math.inf, math.inf), base)  # alpha = 2 needs second moments only


def test_power_tails_for_alpha_above_one():
    """E[t^2] under Student's t with 3 degrees of freedom is finite, E[t^4] is not."""
    linear = functools.partial(polynomial, degree=1)
    one, line = torch.ones(1).double(), (-math.inf, math.inf)
    base = StudentT(torch.tensor(3.0).double())
    assert existence(LINES, PowerTail(3.0), alpha=1.5) is Existence.YES
    KernelDensity(one, one, linear, 1.5, line, base)
    assert existence(SQUARES, PowerTail(3.0), alpha=1.5) is Existence.NO
    with pytest.raises(ValueError, match="base must have tails"):
        KernelDensity(one, one, polynomial, 1.5, line, base)


@pytest.mark.parametrize(
    "build",
    [
        lambda: KernelGrowth(-1.0),
        lambda: KernelGrowth(1.0, 0.0),
        lambda: ExponentialTail(0.0),
        lambda: ExponentialTail(1.0, -1.0),
        lambda: PowerTail(0.0),
        lambda: existence(LINES, NORMAL_TAIL, alpha=0.5),
        lambda: existence(LINES, NORMAL_TAIL, alpha=2.5),
        lambda: existence(LINES, NORMAL_TAIL, norm=-1.0),
        lambda: truncated_log_mass(torch.square, normal(), 0.0),
    ],
)
def test_bad_input_is_named(build):
    with pytest.raises(ValueError, match=r"power|factor|rate|alpha|norm|radius"):
        build()


def test_a_row_of_radii_and_a_batch_of_scores_give_what_each_gives_alone():
    factors, radii = torch.tensor([0.2, 0.4, 0.6], dtype=torch.float64), (5.0, 10.0)
    together = truncated_log_mass(
        lambda t: factors[:, None, None, None] * t**2, normal(), torch.tensor(radii).double()
    )
    for factor, row in zip(factors, together, strict=True):
        alone = log_masses(lambda t, factor=factor: factor * t**2, normal(), radii)
        assert row.tolist() == pytest.approx(alone, rel=1e-12)
