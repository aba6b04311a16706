"""First and second derivatives of the finite densities, in scores and in alpha."""

import mpmath
import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

import attnkit
from attnkit.densities.finite.autograd import _tail
from tests.densities.finite.reference import rows

# Forward derivatives make torch import a module of its own that it deprecates.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")

# The last two rows have keys at weight zero from alpha = 1.5 on, none nearer than 0.05 to a kink.
SCORES = [
    [0.3, -0.2, 0.55, 0.0, -0.7],
    [1.4, 1.1, -0.9, -2.0, 0.6],
    [-3.0, 2.0, 1.7, 1.2, -0.3],
]
ALPHAS = [0.2, 0.9, 1.0, 1.0001, 1.1, 4 / 3, 1.5, 2.0, 2.5]


def leaf(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("dim", [0, 1])
def test_derivatives_in_scores(alpha, dim):
    def weights(scores):
        return attnkit.entmax(scores, alpha, dim)

    options = {"check_forward_ad": True, "check_batched_grad": True}
    assert gradcheck(weights, leaf(SCORES), **options)
    assert gradgradcheck(weights, leaf(SCORES), check_fwd_over_rev=True, check_rev_over_rev=True)


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.9, 1.0001, 1.1, 4 / 3, 1.5, 1.9, 2.5, 3.0])
def test_derivatives_in_scores_and_alpha(alpha):
    options = {"atol": 1e-4, "rtol": 1e-3} if alpha < 1.01 else {}
    step = 1e-5 if alpha < 1.01 else 1e-6  # both sides of alpha stay above 1
    arguments = (leaf(SCORES), leaf([[alpha], [alpha + 0.02], [alpha + 0.05]]))
    assert gradcheck(attnkit.entmax, arguments, eps=step, check_forward_ad=True, **options)
    assert gradgradcheck(attnkit.entmax, arguments, eps=step, **options)


@pytest.mark.parametrize("alphas", [[1.8, 2.0, 2.3], [0.7, 0.9, 1.3], [0.4, 1.6, 2.6]])
def test_alphas_of_rows_on_either_side_of_one_and_two(alphas):
    arguments = (leaf(SCORES), leaf([[alpha] for alpha in alphas]))
    assert gradcheck(attnkit.entmax, arguments, check_forward_ad=True)
    assert gradgradcheck(attnkit.entmax, arguments)


def test_derivatives_in_alpha_from_the_right_at_one():
    """d/dalpha and d2/dalpha2 at alpha = 1, where the closed form is 0 / 0, by differences."""
    scores, alpha = leaf(SCORES), leaf([[1.0], [1.0], [1.0]])
    weighting = rows(3, 5, dtype=torch.float64)

    def total(order):
        return (weighting * attnkit.entmax(scores, order)).sum()

    (slope,) = torch.autograd.grad(total(alpha), alpha, create_graph=True)
    (curvature,) = torch.autograd.grad(slope.sum(), alpha, retain_graph=True)
    (mixed,) = torch.autograd.grad(slope.sum(), scores)
    step = 1e-3
    values = [total(alpha.detach() + k * step).item() for k in range(5)]
    first = (
        -25 * values[0] + 48 * values[1] - 36 * values[2] + 16 * values[3] - 3 * values[4]
    ) / 12
    second = (
        35 * values[0] - 104 * values[1] + 114 * values[2] - 56 * values[3] + 11 * values[4]
    ) / 12
    assert abs(slope.sum().item() - first / step) < 1e-9
    assert abs(curvature.sum().item() - second / step**2) < 1e-4
    assert mixed.isfinite().all()


def test_second_derivative_in_alpha_is_continuous_at_one():
    def curvature(order):
        alpha = torch.full((3, 1), order, dtype=torch.float64, requires_grad=True)
        total = (attnkit.entmax(leaf(SCORES), alpha) ** 2).sum()
        (slope,) = torch.autograd.grad(total, alpha, create_graph=True)
        return torch.autograd.grad(slope.sum(), alpha)[0]

    for order in (1 + 1e-12, 1 + 1e-8, 1 + 1e-5):
        assert torch.allclose(curvature(1.0), curvature(order), atol=1e-4 + 10 * (order - 1))


@pytest.mark.parametrize("alpha", [4 / 3, 1.5, 1.7, 2.0])
def test_second_derivatives_where_weights_are_exactly_zero(alpha):
    scores = leaf([[5.0, 4.8, 4.5, -1.0, -9.0]])
    weights = attnkit.entmax(scores, alpha)
    assert (weights[0, 3:] == 0).all()
    assert gradgradcheck(lambda z: attnkit.entmax(z, alpha), scores)
    hessian = torch.func.hessian(lambda z: (attnkit.entmax(z, alpha) ** 3).sum())(scores.detach())
    assert hessian.isfinite().all()
    assert (hessian[0, 3:] == 0).all()


def test_sparsemax_jacobian_is_the_centring_of_its_support():
    scores = torch.tensor([0.4, 0.3, 0.0, -2.0], dtype=torch.float64)
    jacobian = torch.func.jacrev(attnkit.sparsemax)(scores)
    support = torch.tensor([1.0, 1.0, 1.0, 0.0], dtype=torch.float64)
    assert torch.allclose(jacobian, support.diag() - torch.outer(support, support) / 3)


def test_beyond_two_the_gradient_survives_a_dwarfing_escort_weight():
    """At alpha = 10 the escort weights here differ by 1e12; float32 in and out."""
    scores = torch.tensor([[0.0, -0.06, -0.085]], requires_grad=True)
    exact = scores.detach().double().requires_grad_()
    cotangent = torch.tensor([[1.0, -2.0, 0.5]])
    attnkit.entmax(scores, 10.0).backward(cotangent)
    attnkit.entmax(exact, 10.0).backward(cotangent.double())
    assert torch.allclose(scores.grad.double(), exact.grad, rtol=1e-4)
    step = 1e-7
    ends = [attnkit.entmax(exact.detach() + s * torch.eye(3)[1] * step, 10.0) for s in (1, -1)]
    difference = ((ends[0] - ends[1]) * cotangent).sum() / (2 * step)
    assert torch.allclose(exact.grad[0, 1], difference, rtol=1e-4)


def test_gradients_of_float32_agree_with_float64():
    for alpha in (1.0, 1.0001, 1.5, 1.7, 2.0):
        scores = rows(7, 101, spread=2.0).requires_grad_()
        exact = scores.detach().double().requires_grad_()
        cotangent = rows(7, 101, seed=1)
        attnkit.entmax(scores, alpha).backward(cotangent)
        attnkit.entmax(exact, alpha).backward(cotangent.double())
        assert torch.allclose(scores.grad.double(), exact.grad, atol=2e-6)


def test_per_head_alpha_gets_one_gradient_per_head():
    scores = rows(2, 3, 5, 7, dtype=torch.float64)
    alpha = leaf([[[1.2]], [[1.5]], [[2.0]]])
    (attnkit.entmax(scores, alpha) ** 2).sum().backward()
    assert alpha.grad.shape == (3, 1, 1)
    for head in range(3):
        single = leaf(alpha[head, 0, 0].item())
        (attnkit.entmax(scores[:, head], single) ** 2).sum().backward()
        assert torch.allclose(alpha.grad[head, 0, 0], single.grad)


def test_series_and_closed_form_of_the_tail_meet():
    t = torch.tensor([0.0, 1e-9, 1 - 1e-12, 1 + 1e-12, 40.0], dtype=torch.float64)
    expected = torch.tensor([0.5, 0.5, 1 - 2 / torch.e, 1 - 2 / torch.e, 1 / 1600]).double()
    assert torch.allclose(_tail(t), expected, atol=1e-7)
    assert gradcheck(_tail, leaf([0.0, 0.3, 0.97, 1.2, 17.0]))
    assert gradgradcheck(_tail, leaf([0.0, 0.3, 0.97, 1.2, 17.0]))


def test_attention_is_twice_differentiable():
    tensors = [
        leaf(rows(*shape, dtype=torch.float64).tolist()) for shape in ((3, 2), (5, 2), (5, 3))
    ]
    assert gradcheck(lambda q, k, v: attnkit.attention(q, k, v, alpha=1.5), tensors)
    assert gradgradcheck(lambda q, k, v: attnkit.attention(q, k, v, alpha=1.5), tensors)


@pytest.mark.parametrize("alpha", [21.0, 30.0, 100.0])
def test_a_key_that_has_just_entered_moves_at_one_to_one(alpha):
    """Its weight is some 1e-16 and its escort weight beyond float64: alone in its row, not NaN."""
    entered = 0
    for share in (1e-15, 3e-15, 1e-14):
        scores = torch.tensor([0.0, -(1 - share) / (alpha - 1)], dtype=torch.float64)
        weights = attnkit.entmax(scores.requires_grad_(), alpha)
        (gradient,) = torch.autograd.grad(weights[0], scores)
        assert gradient.isfinite().all()
        if weights[1] > 0:
            entered += 1
            wanted = torch.tensor([1.0, -1.0], dtype=torch.float64)
            torch.testing.assert_close(gradient, wanted, atol=1e-12, rtol=0)
    assert entered


@pytest.mark.parametrize("alpha", [30.0, 100.0])
def test_keys_that_have_just_entered_together_share_the_move(alpha):
    """Their escort weights are alike and beyond float64, and so is the sum of them."""
    rival = -(1 - 1e-14) / (alpha - 1)
    scores = torch.tensor([0.0, rival, rival], dtype=torch.float64, requires_grad=True)
    weights = attnkit.entmax(scores, alpha)
    assert weights[1] == weights[2] > 0
    (gradient,) = torch.autograd.grad(weights[1], scores)
    assert gradient.isfinite().all()
    assert gradient.sum().abs() <= 1e-12 * gradient.abs().max()


def test_the_series_of_alpha_s_derivative_has_all_digits():
    """(1 - (1 + t) e^-t) / t^2, by 40 digits, where it is computed by its series and beyond."""
    with mpmath.workdps(40):
        for t in (-0.999, -0.7, -1e-3, 1e-9, 0.3, 0.9, 0.999, 1.001, 5.0):
            exact = (1 - (1 + mpmath.mpf(t)) * mpmath.exp(-mpmath.mpf(t))) / mpmath.mpf(t) ** 2
            found = _tail(torch.tensor([t], dtype=torch.float64)).item()
            assert found == pytest.approx(float(exact), rel=2e-15)
