"""Radial and spherical rules against scipy's nodes and known moments."""

import math

import numpy as np
import pytest
import torch
from scipy.special import roots_genlaguerre, roots_jacobi
from torch.autograd import gradcheck, gradgradcheck

from attnkit.densities.alpha_family.gauss_rules import (
    gauss_rule,
    legendre_rule,
    radial_rule,
    sphere_rule,
)
from attnkit.densities.alpha_family.panels import even_panels, panel_nodes, refined_panels


@pytest.mark.parametrize("excess", [0.0, 0.125, 0.5, 1.0, 2.0, 4.0])
@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_radial_rule_is_laguerre_and_jacobi(n, excess):
    radii, weights = radial_rule(torch.tensor(excess), n, 13)
    if excess == 0:
        halves, mass = roots_genlaguerre(13, n / 2 - 1)
    else:
        nodes, mass = roots_jacobi(13, 1 / excess, n / 2 - 1)
        halves = (1 + nodes) / 2 / excess
    np.testing.assert_allclose(radii.square().numpy() / 2, halves, rtol=1e-12)
    np.testing.assert_allclose(weights.numpy(), mass / mass.sum(), atol=2e-13)


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_sphere_rule_has_the_moments_of_the_sphere(n):
    directions, weights = sphere_rule(n, 3)
    assert weights.sum().item() == pytest.approx(1)
    torch.testing.assert_close(directions.norm(dim=-1), torch.ones_like(weights))
    second = torch.einsum("d,di,dj->ij", weights, directions, directions)
    torch.testing.assert_close(second, torch.eye(n).double() / n)
    fourth = torch.einsum("d,di,dj->ij", weights, directions.square(), directions.square())
    wanted = (torch.ones(n, n) + 2 * torch.eye(n)).double() / (n * (n + 2))
    torch.testing.assert_close(fourth, wanted)
    assert torch.einsum("d,di->i", weights, directions**5).abs().max() < 1e-14


def test_rules_of_a_tensor_of_orders_are_differentiable():
    alpha = torch.tensor([1.1, 1.5, 2.0], dtype=torch.float64)
    nodes, weights = gauss_rule(alpha, 7)
    for row, order in enumerate(alpha.tolist()):
        one, share = gauss_rule(order, 7)
        torch.testing.assert_close((nodes[row], weights[row]), (one, share))

    def mean(alpha):
        nodes, weights = gauss_rule(alpha, 7)
        return (weights * torch.exp(nodes)).sum(-1)

    def radial_mean(excess):
        radii, weights = radial_rule(excess, 2, 5)
        return (weights * torch.exp(-radii)).sum(-1)

    for function, leaf in ((mean, alpha), (radial_mean, alpha - 1)):
        assert gradcheck(function, leaf.clone().requires_grad_())
        assert gradgradcheck(function, leaf.clone().requires_grad_())


def test_legendre_rule_and_panels():
    nodes, weights = legendre_rule(5)
    assert (weights @ nodes**8).item() == pytest.approx(2 / 9)
    points, shares = panel_nodes(even_panels(3, nodes), 5)
    assert (shares * points**9).sum().item() == pytest.approx(0.1)
    assert shares.sum(-1).tolist() == pytest.approx([1 / 3] * 3)


def test_panels_are_halved_where_the_error_is_and_cover_all():
    asked = []

    def error(panels):
        asked.append(len(panels))
        return torch.where((panels[:, 0] <= 0.3) & (panels[:, 1] > 0.3), panels.diff()[:, 0], 0.0)

    panels = refined_panels(
        even_panels(4, torch.zeros(1)), error, tolerance=0.01, max_panels=100
    ).sort(dim=0)[0]
    assert asked == [4, 2, 2, 2, 2, 2]
    assert panels[0, 0] == 0
    assert panels[-1, 1] == 1
    assert torch.equal(panels[1:, 0], panels[:-1, 1])
    assert panels.diff().min() == 1 / 128


@pytest.mark.parametrize("most", [4, 5, 11, 64])
def test_there_is_a_bound_on_panels(most):
    def error(panels):
        return torch.full((len(panels),), math.inf)

    panels = refined_panels(even_panels(4, torch.zeros(1)), error, tolerance=0.1, max_panels=most)
    assert 4 <= len(panels) <= most
    assert panels.diff().sum() == 1
