"""Second-order and fixed weights against loops, masks, far scores, precision, compiled code."""

import math

import pytest
import torch

from attnkit.densities import softmax
from attnkit.structure.deconstructing import fixed_weights, second_order_weights


def rows(*shape, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return 3 * torch.randn(*shape, generator=generator, dtype=torch.float64)


def test_are_shares_of_the_first_three_terms():
    for row, weights in zip(rows(5, 7).tolist(), second_order_weights(rows(5, 7)), strict=True):
        heights = [1 + z + z * z / 2 for z in row]
        wanted = torch.tensor([h / sum(heights) for h in heights], dtype=torch.float64)
        torch.testing.assert_close(weights, wanted)


def test_near_zero_they_are_softmax_to_third_order():
    scores = rows(5, 7) / 300
    apart = (second_order_weights(scores) - softmax(scores)).abs().max()
    assert 0 < apart < (scores.abs().max() ** 3)


def test_gradients():
    leaf = rows(3, 5).requires_grad_()
    assert torch.autograd.gradcheck(second_order_weights, leaf)
    assert torch.autograd.gradgradcheck(second_order_weights, leaf)


def test_a_masked_key_is_not_there():
    scores, seen = rows(3, 7), torch.arange(7) != 2
    wanted = second_order_weights(scores[:, seen])
    for unseen in (math.nan, math.inf, 1e300):
        scores[:, 2] = unseen
        weights = second_order_weights(scores, mask=seen)
        torch.testing.assert_close(weights[:, seen], wanted)
        assert (weights[:, 2] == 0).all()
    scores[:, 2] = -math.inf
    torch.testing.assert_close(second_order_weights(scores)[:, seen], wanted)


def test_a_row_without_keys_is_zero_and_so_is_its_gradient():
    scores = rows(2, 5).requires_grad_()
    mask = torch.tensor([[False], [True]]).expand(2, 5)
    weights = second_order_weights(scores, mask=mask)
    weights.square().sum().backward()
    assert (weights[0] == 0).all()
    assert (scores.grad[0] == 0).all()
    assert (scores.grad[1] != 0).any()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(dtype):
    scores = rows(5, 7).to(dtype)
    weights = second_order_weights(scores)
    assert weights.dtype == dtype
    exact = second_order_weights(scores.double())
    assert (weights.double() - exact).abs().max() <= torch.finfo(dtype).eps
    far = torch.tensor([[6e4, -6e4, 1.0]]).to(dtype)
    torch.testing.assert_close(second_order_weights(far), torch.tensor([[0.5, 0.5, 0]]).to(dtype))


def test_far_scores_do_not_overflow():
    far = torch.tensor([[1e30, -1e30, 0.0], [0.0, 0.0, 0.0]])
    wanted = torch.tensor([[0.5, 0.5, 0.0], [1 / 3, 1 / 3, 1 / 3]])
    torch.testing.assert_close(second_order_weights(far), wanted)


def test_no_key_one_key_and_any_dimension():
    assert second_order_weights(torch.zeros(3, 0)).shape == (3, 0)
    assert (second_order_weights(rows(3, 1)) == 1).all()
    scores = rows(3, 5, 7)
    for dim in (0, 1, -3):
        moved = second_order_weights(scores.movedim(-1, dim), dim=dim)
        torch.testing.assert_close(moved, second_order_weights(scores).movedim(-1, dim))


def test_fixed_weights_are_one_softmax_whatever_the_scores():
    first, second = fixed_weights(rows(2, 5, 7)), fixed_weights(rows(2, 5, 7, seed=1))
    assert torch.equal(first, second)
    assert torch.equal(first[0], first[1])
    assert not torch.equal(first, fixed_weights(rows(2, 5, 7), seed=1))
    drawn = torch.randn(5, 7, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    torch.testing.assert_close(first[0], drawn.softmax(-1))
    hidden = fixed_weights(rows(5, 7), mask=torch.zeros(5, 1, dtype=torch.bool))
    assert (hidden == 0).all()
    assert fixed_weights(torch.zeros(3, 0)).shape == (3, 0)


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match=r"scores must hold finite .*nan"):
        second_order_weights(torch.tensor([math.nan, 1.0]))
    with pytest.raises(ValueError, match="mask must broadcast"):
        fixed_weights(torch.zeros(3, 5), mask=torch.ones(4, dtype=torch.bool))


COMPILED = """
import torch
from attnkit.structure.deconstructing import second_order_weights

scores = torch.randn(3, 5)
whole = torch.compile(second_order_weights, fullgraph=True, backend="aot_eager")
mask = scores > -1
torch.testing.assert_close(whole(scores, mask=mask), second_order_weights(scores, mask=mask))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)
