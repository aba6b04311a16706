"""Alpha-ReLU against entmax at its own threshold, and a loop; its gradients; every edge."""

import pytest
import torch

from attnkit.densities import entmax
from attnkit.densities.alpha_relu import alpha_relu_weights
from tests.densities.shared.every_edge import assert_edges, rows


@pytest.mark.parametrize("alpha", [1.2, 1.5, 2.0, 3.0])
def test_at_entmax_s_own_threshold_it_is_entmax(alpha):
    scores = rows(5, 13)
    wanted = entmax(scores, alpha)
    best = scores.argmax(-1, keepdim=True)
    height = wanted.gather(-1, best) ** (alpha - 1) / (alpha - 1)
    threshold = scores.gather(-1, best) - height
    found = alpha_relu_weights(scores, alpha, threshold)
    torch.testing.assert_close(found, wanted, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("alpha", [1.1, 1.5, 2.0, 5.0])
def test_is_the_formula_key_by_key(alpha):
    scores = rows(3, 7)
    for row, weights in zip(scores.tolist(), alpha_relu_weights(scores, alpha, 0.3), strict=True):
        wanted = [max((alpha - 1) * (z - 0.3), 0.0) ** (1 / (alpha - 1)) for z in row]
        torch.testing.assert_close(weights, torch.tensor(wanted, dtype=torch.float64))


def test_first_and_second_derivatives():
    scores = rows(2, 5).requires_grad_()
    threshold = torch.tensor([[0.2], [-0.7]], dtype=torch.float64, requires_grad=True)

    def weigh(z, t):
        return alpha_relu_weights(z, 1.5, t)

    assert torch.autograd.gradcheck(weigh, (scores, threshold))
    assert torch.autograd.gradgradcheck(weigh, (scores, threshold))


def test_the_gradient_passes_on_what_arrives():
    """The release of the paper's code that we read returns the local slope alone."""
    scores, arriving = rows(7).requires_grad_(), rows(7, seed=1)
    (slope,) = torch.autograd.grad(alpha_relu_weights(scores), scores, arriving)
    torch.testing.assert_close(slope, arriving * scores.detach().clamp(min=0) / 2)


def test_a_key_below_the_threshold_has_no_slope_whatever_alpha():
    for alpha in (1.5, 2.0, 3.0):
        scores = torch.tensor([-1.0, 0.0, 1.0], dtype=torch.float64, requires_grad=True)
        (slope,) = torch.autograd.grad(alpha_relu_weights(scores, alpha).sum(), scores)
        assert slope.isfinite().all()
        assert (slope[:2] == 0).all()


def test_edges():
    assert_edges(alpha_relu_weights)


def test_what_is_beyond_the_dtype_is_told():
    with pytest.raises(ValueError, match=r"weights overflows torch\.float32"):
        alpha_relu_weights(torch.tensor([1e30]))
