"""The attack against many other steps, the gradient against autograd; at every edge."""

import math

import pytest
import torch

from attnkit.interpretation import attack_scores, score_gradient


def rows(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def loss_of(scores, values, slope):
    """Not linear in the readout, so that the gradient is not the same everywhere."""
    read = (scores.softmax(-1).unsqueeze(-1) * values).sum(-2)
    return torch.nn.functional.softplus((read * slope).sum(-1))


@pytest.mark.parametrize("shape", [(7,), (3, 5), (2, 3, 11), (1,)])
def test_the_gradient_is_autograds(shape):
    scores, values, slope = rows(*shape), rows(*shape, 3, seed=1), rows(*shape[:-1], 3, seed=2)
    leaf = scores.clone().requires_grad_()
    read = (leaf.softmax(-1).unsqueeze(-1) * values).sum(-2)
    (read * slope).sum().backward()
    torch.testing.assert_close(score_gradient(scores, values, slope), leaf.grad)


def test_the_gradient_sums_to_zero():
    found = score_gradient(rows(5, 7), rows(5, 7, 3, seed=1), rows(5, 3, seed=2))
    torch.testing.assert_close(found.sum(-1), torch.zeros(5).double())


def test_no_other_small_step_of_this_length_hurts_more():
    scores, values, slope = rows(5), rows(5, 3, seed=1), rows(3, seed=2)
    leaf = scores.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(loss_of(leaf, values, slope), leaf)
    worst = loss_of(attack_scores(scores, gradient, 1e-3), values, slope)
    for seed in range(50):
        other = attack_scores(scores, rows(5, seed=100 + seed), 1e-3)
        assert loss_of(other, values, slope) <= worst + 1e-9


@pytest.mark.parametrize("size", [0.0, 0.3, 5.0])
def test_every_row_moves_by_the_size_whatever_the_gradients(size):
    scores, gradient = rows(5, 7), rows(5, 7, seed=1)
    for scale in (1e-300, 1.0, 1e300):
        moved = attack_scores(scores, scale * gradient, size) - scores
        torch.testing.assert_close(moved.norm(dim=-1), torch.full((5,), size).double())


def test_a_row_without_gradient_stays():
    scores = rows(2, 7)
    assert torch.equal(attack_scores(scores, torch.zeros(2, 7).double(), 5.0), scores)
    assert attack_scores(torch.zeros(3, 0), torch.zeros(3, 0), 5.0).shape == (3, 0)


def test_a_masked_key_keeps_its_score_whatever_stands_there():
    scores, gradient = rows(3, 7), rows(3, 7, seed=1)
    mask = torch.arange(7) < torch.tensor([7, 3, 0])[:, None]
    wanted = [attack_scores(scores[i, :n], gradient[i, :n], 2.0) for i, n in enumerate((7, 3, 0))]
    spoilt = gradient.masked_fill(~mask, math.nan)
    found = attack_scores(scores.masked_fill(~mask, -math.inf), spoilt, 2.0, mask)
    for i, n in enumerate((7, 3, 0)):
        torch.testing.assert_close(found[i, :n], wanted[i])
        assert (found[i, n:] == -math.inf).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_neither_overflows_nor_vanishes(dtype):
    scores = torch.zeros(4, dtype=dtype)
    for entry in (6e4, 1e-5):
        gradient = torch.tensor([entry, -entry, 0.0, 0.0]).to(dtype)
        found = attack_scores(scores, gradient, 1.0)
        assert found.dtype == dtype
        assert found.tolist() == pytest.approx([0.7071, -0.7071, 0, 0], abs=5e-3)


def test_the_step_is_a_number_to_training():
    scores, gradient = rows(5).requires_grad_(), rows(5, seed=1).requires_grad_()
    attack_scores(scores, gradient, 1.0).sum().backward()
    assert scores.grad.tolist() == [1.0] * 5
    assert gradient.grad is None


def test_nan_that_is_seen_is_refused():
    with pytest.raises(ValueError, match="gradient must hold finite"):
        attack_scores(torch.zeros(3), torch.tensor([0.0, math.nan, 1.0]), 1.0)
    with pytest.raises(ValueError, match="mask must broadcast"):
        attack_scores(torch.zeros(3), torch.zeros(3), 1.0, torch.ones(2, dtype=torch.bool))
