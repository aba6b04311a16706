"""Rank residual and stable rank: laws, known values, and where they are undefined."""

import pytest
import torch

from attnkit.diagnostics import rank_residual, stable_rank


def normal(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def rotation(n):
    return torch.linalg.qr(normal(n, n, seed=1)).Q


def test_the_residual_feels_neither_scale_nor_rotation():
    states = normal(3, 7, 5)
    wanted = rank_residual(states)
    torch.testing.assert_close(rank_residual(-2.5 * states), wanted)
    torch.testing.assert_close(rank_residual(states @ rotation(5)), wanted)
    torch.testing.assert_close(rank_residual(states[:, torch.randperm(7)]), wanted)


def test_the_residual_between_its_ends():
    assert rank_residual(torch.ones(7, 1) * torch.arange(1.0, 6.0)).item() < 1e-6
    centred = normal(7, 5) - normal(7, 5).mean(0)
    assert rank_residual(centred).item() == pytest.approx(1.0)


def test_pythagoras():
    """The mean of the tokens and what is apart from it are at right angles."""
    states = normal(13, 5)
    mean_part = states.mean(0).norm() * 13**0.5 / states.norm()
    assert (rank_residual(states) ** 2 + mean_part**2).item() == pytest.approx(1.0)


def test_the_stable_rank_of_known_matrices():
    assert stable_rank(torch.eye(7)).item() == pytest.approx(7.0)
    assert stable_rank(torch.outer(normal(7), normal(5))).item() == pytest.approx(1.0)
    assert stable_rank(torch.diag(torch.tensor([2.0, 1.0, 1.0]))).item() == pytest.approx(1.5)


def test_the_stable_rank_against_norms():
    matrix = normal(3, 7, 5)
    wanted = torch.linalg.matrix_norm(matrix) ** 2 / torch.linalg.matrix_norm(matrix, ord=2) ** 2
    torch.testing.assert_close(stable_rank(matrix), wanted)
    torch.testing.assert_close(stable_rank(rotation(7) @ (3 * matrix)), wanted)
    assert (wanted >= 1).all()
    assert (wanted <= 5).all()


def test_nothing_but_zeros_has_neither():
    states = torch.stack([torch.zeros(3, 5), torch.ones(3, 5)])
    assert rank_residual(states).isnan().tolist() == [True, False]
    assert stable_rank(states).isnan().tolist() == [True, False]


@pytest.mark.parametrize("measure", [rank_residual, stable_rank])
def test_half_precision_and_gradients(measure):
    matrix = normal(3, 7, 5)
    half = measure(matrix.half())
    assert half.dtype == torch.float32
    torch.testing.assert_close(half.double(), measure(matrix), rtol=1e-2, atol=1e-2)
    assert torch.autograd.gradcheck(measure, matrix.requires_grad_())


@pytest.mark.parametrize("measure", [rank_residual, stable_rank])
@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_no_square_overflows(measure, size):
    matrix = normal(3, 7, 5).float()
    torch.testing.assert_close(measure(size * matrix), measure(matrix))


@pytest.mark.parametrize("measure", [rank_residual, stable_rank])
def test_what_is_not_finite_is_told(measure):
    with pytest.raises(ValueError, match="must hold finite numbers"):
        measure(torch.tensor([[1.0, float("nan")]]))


@pytest.mark.parametrize("measure", [rank_residual, stable_rank])
def test_what_has_not_two_dimensions_is_told(measure):
    with pytest.raises(ValueError, match="must"):
        measure(torch.rand(5))
