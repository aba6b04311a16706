"""What the chapter on several regions at once claims, on more cases than it measures itself."""

import functools
import math

import pytest
import torch
from scipy.integrate import quad
from torch.distributions import Laplace, Normal

from attnkit.densities.kernel.claims import existence as existence_claims
from attnkit.densities.kernel.claims import normalisations, quadrature
from attnkit.densities.kernel.density import KernelDensity
from attnkit.densities.kernel.existence import (
    Existence,
    ExponentialTail,
    KernelGrowth,
    existence,
    truncated_log_mass,
)
from attnkit.densities.kernel.kernels import matern52
from attnkit.densities.kernel.mass_errors import (
    gauss_on,
    mass_errors,
    pieces_of,
    random_densities,
    trapezoid_on,
)
from attnkit.densities.kernel.normalisations import divided, threshold_normalised
from attnkit.densities.kernel.objective import objective


def drawn(seed, *, amplitude, n_nodes=211):
    generator = torch.Generator().manual_seed(seed)
    score = torch.randn(n_nodes, generator=generator, dtype=torch.float64).cumsum(0)
    masses = torch.rand(n_nodes, generator=generator, dtype=torch.float64)
    return amplitude * score / score.std(), masses / masses.sum()


@pytest.mark.claim("escort-slope")
def test_the_slope_is_the_escort_covariance():
    assert max(quadrature.escort_slope().values()) < 1e-8


@pytest.mark.claim("escort-slope")
@pytest.mark.parametrize("alpha", [1.0, 1.4, 2.0])
def test_autograd_agrees_for_a_rougher_kernel(alpha):
    coefficients = torch.tensor([4.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True)
    centers = torch.tensor([0.15, 0.5, 0.8], dtype=torch.float64)
    kernel = functools.partial(matern52, width=0.1)
    density = KernelDensity(coefficients, centers, kernel, alpha=alpha)
    value = density.expectation(torch.cos).value
    (gradient,) = torch.autograd.grad(value, coefficients)
    for i, center in enumerate(centers):
        found = density.escort_covariance(functools.partial(kernel, t=center), torch.cos)
        assert found.item() == pytest.approx(gradient[i].item(), rel=1e-6, abs=1e-9)


@pytest.mark.claim("dividing-is-a-temperature")
def test_dividing_is_the_threshold_form_of_a_rescaled_score():
    assert max(normalisations.dividing_is_a_temperature().values()) < 1e-12


@pytest.mark.claim("dividing-is-a-temperature")
@pytest.mark.parametrize("alpha", [1.3, 1.5, 2.0])
def test_the_temperature_is_told_by_the_sum(alpha):
    score, masses = drawn(3, amplitude=2.0)
    total = (masses * (1 + (alpha - 1) * score).relu() ** (1 / (alpha - 1))).sum()
    rescaled = threshold_normalised(score * total ** (1 - alpha), masses, alpha)
    torch.testing.assert_close(divided(score, masses, alpha), rescaled, rtol=1e-9, atol=1e-9)
    unchanged = threshold_normalised(score, masses, alpha)
    assert (divided(score, masses, alpha) - unchanged).abs().max() > 1e-2


@pytest.mark.claim("threshold-earns-most")
def test_the_divisions_earn_less_and_one_of_them_fails():
    measured = normalisations.threshold_earns_most()
    for amplitude in ("1", "3", "10"):
        assert measured[f"smallest loss, amplitude {amplitude}"] > 0
    assert 0.03 < measured["no density, score lowered by 10"] < 0.2
    plain = [measured[f"median loss of dividing, {amplitude}"] for amplitude in ("1", "3", "10")]
    assert plain == sorted(plain)
    assert plain[-1] < measured["median loss after the maximum, 10"]


@pytest.mark.claim("threshold-earns-most")
@pytest.mark.parametrize("alpha", [1.0, 1.25, 1.5, 2.0])
def test_no_other_density_earns_more(alpha):
    score, masses = drawn(4, amplitude=3.0)
    best = threshold_normalised(score, masses, alpha)
    earned = objective(best, score, masses, alpha)
    generator = torch.Generator().manual_seed(1)
    for _ in range(20):
        other = torch.rand(best.shape, generator=generator, dtype=best.dtype)
        mixed = 0.9 * best + 0.1 * other / (masses * other).sum()
        assert objective(mixed, score, masses, alpha) < earned


def test_objective_is_score_less_negentropy():
    score, masses = drawn(5, amplitude=1.0)
    density = divided(score, masses, 2.0)
    by_hand = (masses * density * score).sum() - ((masses * density**2).sum() - 1) / 2
    torch.testing.assert_close(objective(density, score, masses, 2.0), by_hand)


@pytest.mark.claim("order-of-a-kink")
def test_the_order_is_alpha_over_alpha_minus_one():
    measured = quadrature.order_of_a_kink()
    for alpha in (2.0, 1.5, 1.25):
        assert measured[f"alpha = {alpha}"] == pytest.approx(alpha / (alpha - 1), abs=0.3)
    assert measured["error with 129 nodes, alpha = 2, nothing cut"] < 1e-13
    assert measured["error with 129 nodes, alpha = 1"] < 1e-11


@pytest.mark.claim("order-of-a-kink")
@pytest.mark.parametrize("place", [0.31, 0.5, 0.77])
def test_one_kink_in_a_cell_costs_half_the_cell_times_its_two_parts(place):
    """The elementary case: [t - kink]_+ on one cell."""
    cell = 0.01
    exact, _ = quad(lambda t: max(t - place * cell, 0.0), 0, cell, points=[place * cell])
    chord = cell * (cell - place * cell) / 2
    assert chord - exact == pytest.approx(cell**2 * place * (1 - place) / 2, rel=1e-9)


@pytest.mark.claim("order-of-a-kink")
@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_on_an_interval_the_ends_cost_order_two_for_both_families(alpha):
    found = mass_errors("interval", alpha, 5.0)["trapezoid"]
    assert math.log2(found[-4] / found[-1]) / 3 == pytest.approx(2, abs=0.4)


@pytest.mark.claim("panels-at-the-kinks")
def test_panels_need_few_nodes():
    measured = quadrature.panels_at_the_kinks()
    assert measured["nodes of the panels"] < 64
    assert measured["panels"] < 1e-12
    assert measured["trapezoid, 2,049 nodes"] > 1e-8
    assert measured["Gauss on one panel, 192 nodes"] > 1e-5


@pytest.mark.claim("panels-at-the-kinks")
def test_pieces_cover_the_support_and_the_rules_have_the_right_weight():
    density = random_densities("interval", 2.0, 5.0)
    for row, intervals in zip(
        pieces_of("interval", 2.0, 5.0), density.support_intervals(), strict=True
    ):
        length = sum(high - low for low, high in intervals)
        assert (row[:, 1] - row[:, 0]).sum().item() == pytest.approx(length)
        assert gauss_on(row, 5)[1].sum().item() == pytest.approx(length)
    assert trapezoid_on("whole line", 17)[1].sum().item() == pytest.approx(18)


@pytest.mark.claim("boundary-of-existence")
def test_at_the_boundary_the_norm_decides():
    measured = existence_claims.boundary_of_existence()
    grown = measured["0.6 t^2, normal, T = 15"] - measured["0.6 t^2, normal, T = 5"]
    assert grown > 10
    exact = measured["0.4 t^2, normal, exact"]
    assert measured["0.4 t^2, normal, T = 100"] == pytest.approx(exact, abs=1e-9)
    longer = measured["t, Laplace, T = 1000"] - measured["t, Laplace, T = 10"]
    assert longer == pytest.approx(math.log(1000) - math.log(10), abs=0.1)
    assert measured["the checker says that it depends"] == 1


@pytest.mark.claim("boundary-of-existence")
@pytest.mark.parametrize("norm", [0.3, 0.49, 0.51, 0.8])
def test_the_answer_with_a_norm_agrees_with_the_integral(norm):
    zero, one = torch.tensor([0.0, 1.0], dtype=torch.float64)
    score = lambda t: norm * t.square()  # noqa: E731
    ten, fifty = (truncated_log_mass(score, Normal(zero, one), r).item() for r in (30.0, 60.0))
    answer = existence(KernelGrowth(4.0), ExponentialTail(2.0, 0.5), norm=norm)
    assert (answer is Existence.YES) == (fifty - ten < 1e-3)


@pytest.mark.claim("boundary-of-existence")
def test_the_second_counter_example_is_refused():
    zero, one = torch.tensor([0.0, 1.0], dtype=torch.float64)
    with pytest.raises(ValueError, match="tails"):
        KernelDensity(
            torch.ones(1, dtype=torch.float64),
            torch.ones(1, dtype=torch.float64),
            lambda s, t: s * t,
            alpha=1.0,
            domain=(-math.inf, math.inf),
            base=Laplace(zero, one),
        )


@pytest.mark.claim("shared-threshold")
def test_hills_that_share_a_threshold_are_narrower_than_components():
    measured = normalisations.shared_threshold()
    for n_hills in (2, 4):
        assert abs(measured[f"alpha 1, {n_hills} hills: lost by the mixture"]) < 1e-9
        for alpha in (1.5, 2.0):
            name = f"alpha {alpha:g}, {n_hills} hills"
            wanted = n_hills ** (-(alpha - 1) / (alpha + 1))
            assert measured[f"{name}: width"] == pytest.approx(wanted, abs=2e-3)
            assert measured[f"{name}: lost by the mixture"] > 0.01
