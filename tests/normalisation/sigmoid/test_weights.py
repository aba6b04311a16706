"""Sigmoid weights against a loop and against softmax over two, at every edge of their input."""

import math

import pytest
import torch
from torch.func import jacrev, vmap

from attnkit.normalisation import sigmoid_weights

MINUS_INF = -math.inf


def rows(*shape, seed=0, spread=3.0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(*shape, generator=generator, dtype=dtype)


def plain(row):
    """One key after another, in Python numbers."""
    n = sum(score > MINUS_INF for score in row)
    return [1 / (1 + n * math.exp(-score)) if score > MINUS_INF else 0.0 for score in row]


def test_equals_the_plain_loop():
    scores = rows(3, 7)
    wanted = torch.tensor([plain(row) for row in scores.tolist()], dtype=torch.float64)
    torch.testing.assert_close(sigmoid_weights(scores), wanted, rtol=1e-14, atol=0)


def test_each_key_is_a_softmax_over_itself_and_nothing():
    scores, bias = rows(3, 7), rows(3, 7, seed=1)
    pairs = torch.stack([scores + bias, torch.zeros_like(scores)], -1)
    torch.testing.assert_close(sigmoid_weights(scores, bias), pairs.softmax(-1)[..., 0])


@pytest.mark.parametrize("n_keys", [1, 2, 13, 1009])
def test_equal_scores_of_zero_sum_to_n_over_n_plus_one(n_keys):
    total = sigmoid_weights(torch.zeros(n_keys, dtype=torch.float64)).sum()
    assert total.item() == pytest.approx(n_keys / (n_keys + 1), abs=1e-14)


def test_derivatives_are_each_keys_own():
    scores = rows(5, seed=2)
    weights = sigmoid_weights(scores)
    torch.testing.assert_close(jacrev(sigmoid_weights)(scores), (weights * (1 - weights)).diag())
    leaf = scores.clone().requires_grad_()
    assert torch.autograd.gradgradcheck(sigmoid_weights, leaf)


def test_a_tensor_of_biases_has_its_gradient():
    scores, bias = rows(3, 5), rows(3, 1, seed=1).requires_grad_()
    assert torch.autograd.gradcheck(lambda b: sigmoid_weights(scores, b), bias)


def test_masked_keys_have_no_weight_and_do_not_count():
    scores = torch.tensor([1.0, math.nan, 0.5, math.inf, MINUS_INF], dtype=torch.float64)
    mask = torch.tensor([True, False, True, False, True])
    weights = sigmoid_weights(scores, mask=mask)
    alone = sigmoid_weights(scores[[0, 2]])
    assert torch.equal(weights[[0, 2]], alone)
    assert weights[[1, 3, 4]].tolist() == [0.0, 0.0, 0.0]


def test_masks_broadcast_and_a_causal_row_does_not_depend_on_its_place():
    causal = torch.ones(5, 5, dtype=torch.bool).tril()
    sums = sigmoid_weights(torch.zeros(2, 3, 5, 5, dtype=torch.float64), mask=causal).sum(-1)
    n = torch.arange(1, 6, dtype=torch.float64)
    torch.testing.assert_close(sums, (n / (n + 1)).expand(2, 3, 5))


@pytest.mark.parametrize("mask", [None, torch.zeros(3, dtype=torch.bool)])
def test_a_row_with_nothing_to_attend_gives_zeros_with_zero_gradient(mask):
    scores = torch.full((2, 3), MINUS_INF if mask is None else 1.0).requires_grad_()
    weights = sigmoid_weights(scores, mask=mask)
    weights.sum().backward()
    assert weights.tolist() == [[0.0] * 3] * 2
    assert scores.grad.tolist() == [[0.0] * 3] * 2


def test_length_one_and_length_zero():
    torch.testing.assert_close(sigmoid_weights(torch.tensor([0.0])), torch.tensor([0.5]))
    assert sigmoid_weights(torch.tensor(0.0)).item() == 0.5
    assert sigmoid_weights(torch.zeros(3, 0)).shape == (3, 0)
    assert sigmoid_weights(torch.zeros(0, 3)).shape == (0, 3)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(dtype):
    scores = rows(3, 509).to(dtype)
    weights = sigmoid_weights(scores)
    exact = sigmoid_weights(scores.double())
    assert weights.dtype == dtype
    rounding = torch.finfo(dtype).eps * (exact + torch.finfo(dtype).smallest_normal)
    assert ((weights.double() - exact).abs() <= rounding).all()


def test_huge_scores_are_certain():
    scores = torch.tensor([3e38, -3e38, 0.0], requires_grad=True)
    weights = sigmoid_weights(scores, bias=0.0)
    weights.sum().backward()
    assert weights.tolist() == [1.0, 0.0, 0.5]
    assert scores.grad.tolist() == [0.0, 0.0, 0.25]


def test_any_dimension_and_any_memory_layout():
    scores = rows(3, 5, 7)
    expected = sigmoid_weights(scores)
    for dim in (0, 1, 2, -3):
        moved = sigmoid_weights(scores.movedim(-1, dim), dim=dim)
        assert torch.equal(moved, expected.movedim(-1, dim))
    strided = torch.empty(3, 5, 14, dtype=torch.float64)[..., ::2].copy_(scores)
    assert torch.equal(sigmoid_weights(strided), expected)


def test_vmap_equals_the_batched_call():
    scores, masks = rows(5, 7), rows(5, 7, seed=1) > 0
    mapped = vmap(lambda row, mask: sigmoid_weights(row, mask=mask))(scores, masks)
    torch.testing.assert_close(mapped, sigmoid_weights(scores, mask=masks))


COMPILED = """
import torch
from attnkit.normalisation import sigmoid_attention, sigmoid_weights

generator = torch.Generator().manual_seed(0)
scores = torch.randn(5, 7, generator=generator)
mask = scores > -1
whole = dict(fullgraph=True, backend="aot_eager")
weights = torch.compile(sigmoid_weights, **whole)(scores, mask=mask)
torch.testing.assert_close(weights, sigmoid_weights(scores, mask=mask))
read = torch.compile(sigmoid_attention, **whole)(scores, scores, scores, mask=mask[:, :5])
torch.testing.assert_close(read, sigmoid_attention(scores, scores, scores, mask=mask[:, :5]))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"scores": torch.zeros(3, dtype=torch.int64)}, TypeError, "scores must .*int64"),
        ({"scores": torch.tensor([math.nan])}, ValueError, "scores must hold finite .*nan"),
        ({"scores": torch.tensor([math.inf])}, ValueError, "scores must hold finite .*inf"),
        ({"bias": math.inf}, ValueError, "bias must be .*inf"),
        ({"bias": torch.zeros(2)}, ValueError, r"bias must broadcast to the shape \(3, 5\)"),
        ({"mask": torch.zeros(3, 5)}, TypeError, "mask must"),
        ({"mask": torch.zeros(4, dtype=torch.bool)}, ValueError, r"mask must broadcast .*\(4,\)"),
        ({"dim": 2}, ValueError, "dim must be in .*got 2"),
    ],
)
def test_wrong_input_is_named(arguments, error, message):
    with pytest.raises(error, match=message):
        sigmoid_weights(**{"scores": torch.zeros(3, 5)} | arguments)
