"""Masks, dtypes, shapes and refused input: every known trap of finite densities by name."""

import math

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

import attnkit
from tests.densities.finite.reference import ALPHAS, bisect, rows

HALVES = [torch.float16, torch.bfloat16]


@pytest.mark.parametrize("alpha", ALPHAS)
def test_fully_masked_row_gives_zeros_with_zero_gradient(alpha):
    scores = rows(3, 5).requires_grad_()
    order = torch.full((3, 1), alpha, requires_grad=True)
    mask = torch.tensor([[True] * 5, [False] * 5, [True, False, True, True, False]])
    for chosen in (alpha, order):
        weights = attnkit.entmax(scores, chosen, mask=mask)
        assert (weights[1] == 0).all()
        assert torch.allclose(weights.sum(-1), torch.tensor([1.0, 0.0, 1.0]))
        assert (weights[2, [1, 4]] == 0).all()
        (weights**2).sum().backward()
        assert scores.grad.isfinite().all()
        assert (scores.grad[1] == 0).all()
        assert (scores.grad[2, [1, 4]] == 0).all()
        scores.grad = None
    assert order.grad.isfinite().all()
    assert order.grad[1] == 0


@pytest.mark.parametrize("alpha", ALPHAS)
def test_row_of_minus_infinity_does_not_crash_the_batch(alpha):
    scores = torch.tensor([[-math.inf, -math.inf], [0.1, 0.0]], requires_grad=True)
    weights = attnkit.entmax(scores, alpha)
    assert weights[0].tolist() == [0, 0]
    assert math.isclose(weights[1].sum().item(), 1, rel_tol=1e-6)
    gradient, second = scores_and_second_gradients(scores, weights)
    assert (gradient[0] == 0).all()
    assert second.isfinite().all()
    assert (second[0] == 0).all()


def scores_and_second_gradients(scores, weights):
    (gradient,) = torch.autograd.grad((weights**3).sum(), scores, create_graph=True)
    (second,) = torch.autograd.grad((gradient**2).sum(), scores)
    return gradient, second


@pytest.mark.parametrize("alpha", ALPHAS)
def test_minus_infinity_equals_a_mask(alpha):
    scores = rows(7, 11)
    mask = rows(7, 11, seed=1) > 0
    masked = attnkit.entmax(scores, alpha, mask=mask)
    assert torch.equal(masked, attnkit.entmax(scores.masked_fill(~mask, -math.inf), alpha))
    kept = scores[0][mask[0]]
    assert torch.allclose(masked[0][mask[0]], attnkit.entmax(kept, alpha), atol=2e-7)


def test_masked_scores_may_be_anything():
    scores = torch.tensor([1.0, math.nan, 0.5, math.inf])
    mask = torch.tensor([True, False, True, False])
    assert torch.allclose(attnkit.sparsemax(scores, mask=mask), torch.tensor([0.75, 0, 0.25, 0]))


def test_mask_broadcasts_over_heads():
    scores, mask = rows(2, 3, 5, 5), torch.ones(5, 5, dtype=torch.bool).tril()
    weights = attnkit.entmax(scores, mask=mask)
    assert (weights.triu(1) == 0).all()
    assert torch.allclose(weights.sum(-1), torch.ones(2, 3, 5))


@pytest.mark.parametrize("dtype", HALVES)
@pytest.mark.parametrize("alpha", [*ALPHAS, torch.tensor(1.5), torch.tensor([[1.2], [2.5], [1.0]])])
def test_half_precision_in_and_out_with_rows_summing_to_one(dtype, alpha):
    scores = rows(3, 509, spread=2.0).to(dtype)
    weights = attnkit.entmax(scores, alpha)
    assert weights.dtype == dtype
    assert (weights.double().sum(-1) - 1).abs().max() <= torch.finfo(dtype).eps
    exact = attnkit.entmax(scores.double(), alpha if isinstance(alpha, float) else alpha.double())
    assert (weights.double() - exact).abs().max() <= torch.finfo(dtype).eps


def test_shifted_bfloat16_scores_give_no_nan():
    scores = torch.tensor([-1000.0, -1001.0, -1002.0, -999.0], dtype=torch.bfloat16)
    expected = bisect(scores, 1.5)
    assert torch.allclose(attnkit.entmax(scores, 1.5).double(), expected, atol=1e-2)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_huge_scores_give_no_nan(alpha):
    for scale in (1e30, 3e38):
        scores = torch.tensor([[scale, -scale, 0.0], [scale, scale, -scale]], requires_grad=True)
        weights = attnkit.entmax(scores, alpha)
        expected = torch.tensor([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0]])
        torch.testing.assert_close(weights, expected, atol=1e-30, rtol=0)
        weights[:, 0].sum().backward()
        assert scores.grad.isfinite().all()


@pytest.mark.parametrize("alpha", ALPHAS)
def test_rows_of_equal_scores_are_uniform(alpha):
    for length in (1, 2, 7, 1000):
        weights = attnkit.entmax(torch.full((length,), -3.25), alpha)
        assert torch.allclose(weights, torch.full((length,), 1 / length), rtol=1e-6)


def test_large_alpha_counts_ties():
    weights = attnkit.entmax(torch.tensor([2.0, 2.0, 1.0]), 1000.0)
    assert torch.allclose(weights, torch.tensor([0.5, 0.5, 0.0]))


@pytest.mark.parametrize("alpha", ALPHAS)
def test_any_dimension_and_any_memory_layout(alpha):
    scores = rows(3, 5, 7)
    expected = attnkit.entmax(scores, alpha)
    for dim in (0, 1, 2, -3):
        moved = scores.movedim(-1, dim)
        assert torch.equal(attnkit.entmax(moved, alpha, dim), expected.movedim(-1, dim))
        copied = attnkit.entmax(moved.contiguous(), alpha, dim)
        assert torch.equal(copied, expected.movedim(-1, dim))
    strided = torch.empty(3, 5, 14)[..., ::2].copy_(scores)
    assert torch.equal(attnkit.entmax(strided, alpha), expected)
    assert torch.equal(attnkit.entmax(scores[:1].expand(3, 5, 7), alpha)[2], expected[0])


@pytest.mark.parametrize("alpha", ALPHAS)
def test_length_one_and_length_zero(alpha):
    assert attnkit.entmax(torch.tensor([[3.0], [-math.inf]]), alpha).tolist() == [[1.0], [0.0]]
    assert attnkit.entmax(torch.tensor(4.0), alpha) == 1
    for shape in ((3, 0), (0, 3), (0,)):
        empty = torch.zeros(shape, requires_grad=True)
        weights = attnkit.entmax(empty, alpha)
        assert weights.shape == shape
        weights.sum().backward()
        assert empty.grad.shape == shape


def test_blocks_do_not_show():
    """Rows are solved in blocks, each with its own early exit; a row alone gives the same."""
    scores = rows(2003, 257, spread=2.0)
    weights = attnkit.entmax(scores, 1.5)
    assert weights.isfinite().all()
    alone = torch.cat([attnkit.entmax(scores[i], 1.5)[None] for i in (0, 1019, 1020, 2002)])
    assert torch.allclose(weights[[0, 1019, 1020, 2002]], alone, atol=2e-7)


def test_input_is_left_alone():
    scores, kept = rows(3, 5), rows(3, 5)
    attnkit.entmax(scores, mask=scores > 0)
    assert torch.equal(scores, kept)


def test_alpha_per_head_equals_one_call_per_head():
    scores = rows(2, 5, 3, 7)
    alpha = torch.tensor([1.0, 1.3, 0.5, 2.0, 3.0]).reshape(5, 1, 1)
    together = attnkit.entmax(scores, alpha)
    for head in range(5):
        alone = attnkit.entmax(scores[:, head], alpha[head].item())
        assert torch.allclose(together[:, head], alone, atol=3e-7)
    moved = attnkit.entmax(scores.movedim(-1, 1), alpha.movedim(-1, 0), 1)
    assert torch.equal(moved, together.movedim(-1, 1))


def test_alpha_of_another_dtype_keeps_the_dtype_of_the_scores():
    scores = rows(3, 5).bfloat16()
    assert attnkit.entmax(scores, torch.tensor(1.5, dtype=torch.float64)).dtype == torch.bfloat16


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_nan_and_infinity_are_refused(bad):
    scores = torch.tensor([[0.0, 1.0], [bad, 0.0]])
    with pytest.raises(ValueError, match="scores"):
        attnkit.softmax(scores)
    with pytest.raises(ValueError, match="alpha"):
        attnkit.entmax(rows(3, 5), torch.tensor(bad))
    with pytest.raises(ValueError, match="alpha"):
        attnkit.entmax(rows(3, 5), bad)
    with pytest.raises(ValueError, match="queries"):
        attnkit.attention(scores, rows(3, 2), rows(3, 2))


@pytest.mark.parametrize("alpha", [0.0, -1.0, torch.tensor([1.5, 0.0])[:, None]])
def test_alpha_that_is_not_positive_is_refused(alpha):
    with pytest.raises(ValueError, match="alpha must be"):
        attnkit.entmax(rows(2, 5), alpha)


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex64])
def test_integers_are_refused_and_not_silently_computed(dtype):
    with pytest.raises(TypeError, match="scores"):
        attnkit.entmax(torch.ones(3, 5).to(dtype))
    with pytest.raises(TypeError, match="alpha"):
        attnkit.entmax(rows(3, 5), torch.ones(3, 1).to(dtype))


def test_other_bad_arguments_are_named():
    scores = rows(3, 5)
    with pytest.raises(TypeError, match="mask"):
        attnkit.entmax(scores, mask=torch.ones(3, 5))
    with pytest.raises(ValueError, match=r"mask .*\(3, 5\).*\(3, 4\)"):
        attnkit.entmax(scores, mask=torch.ones(3, 4, dtype=torch.bool))
    with pytest.raises(ValueError, match="mask"):
        attnkit.entmax(scores, mask=torch.ones(2, 3, 5, dtype=torch.bool))
    with pytest.raises(ValueError, match=r"alpha must broadcast to shape \(3, 1\)"):
        attnkit.entmax(scores, torch.full((5,), 1.5))
    with pytest.raises(ValueError, match="alpha"):
        attnkit.entmax(scores, torch.full((2, 3, 1), 1.5))
    with pytest.raises(TypeError, match="alpha"):
        attnkit.entmax(scores, True)
    with pytest.raises(ValueError, match="dim"):
        attnkit.entmax(scores, dim=2)


def test_attention_at_alpha_one_is_scaled_dot_product_attention():
    queries, keys, values = rows(2, 3, 5, 7), rows(2, 3, 11, 7, seed=1), rows(2, 3, 11, 13, seed=2)
    mask = rows(5, 11, seed=3) > -1
    expected = scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
    assert torch.allclose(attnkit.attention(queries, keys, values, mask=mask), expected, atol=1e-6)


def test_attention_is_the_expectation_under_entmax():
    queries, keys, values = rows(5, 7), rows(11, 7, seed=1), rows(11, 13, seed=2)
    weights = attnkit.entmax(queries @ keys.T / 7**0.5, 1.5)
    result = attnkit.attention(queries, keys, values, alpha=1.5)
    assert torch.allclose(result, weights @ values, atol=1e-6)
    heads = attnkit.attention(
        queries.expand(3, 5, 7),
        keys.expand(3, 11, 7),
        values.expand(3, 11, 13),
        alpha=torch.tensor([1.0, 1.5, 2.0]).reshape(3, 1, 1),
    )
    assert torch.allclose(heads[1], result, atol=1e-6)


def test_attention_with_nothing_to_attend_gives_zeros():
    queries, keys, values = rows(5, 7), rows(11, 7, seed=1), rows(11, 13, seed=2)
    mask = torch.ones(5, 11, dtype=torch.bool)
    mask[2] = False
    assert (attnkit.attention(queries, keys, values, mask=mask)[2] == 0).all()
    assert (attnkit.attention(queries, keys[:0], values[:0]) == 0).all()


@pytest.mark.parametrize("dtype", HALVES)
def test_attention_in_half_precision(dtype):
    tensors = [rows(*shape).to(dtype) for shape in ((5, 7), (11, 7), (11, 13))]
    result = attnkit.attention(*tensors, alpha=1.5)
    assert result.dtype == dtype
    exact = attnkit.attention(*[tensor.double() for tensor in tensors], alpha=1.5)
    assert (result.double() - exact).abs().max() <= 4 * torch.finfo(dtype).eps


def test_attention_names_the_argument_that_does_not_fit():
    queries, keys, values = rows(3, 5, 7), rows(3, 11, 7), rows(3, 11, 13)
    for name, arguments in {
        "keys": (queries, keys[..., :6], values),
        "values": (queries, keys, values[:, :10]),
    }.items():
        with pytest.raises((TypeError, ValueError), match=name):
            attnkit.attention(*arguments)
    with pytest.raises((TypeError, ValueError), match="keys"):
        attnkit.attention(queries, keys[:2], values)
    with pytest.raises(TypeError, match="values"):
        attnkit.attention(queries, keys, values.double())


def test_queries_without_features_read_the_mean():
    """Scores of zero each: every key has the same weight, and nothing is divided by zero."""
    values = rows(7, 2, seed=3).float()
    found = attnkit.attention(torch.zeros(3, 0), torch.zeros(7, 0), values)
    torch.testing.assert_close(found, values.mean(0).expand(3, 2))


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_attention_does_not_look_behind_the_mask(alpha, bad):
    queries, keys, values = (rows(n, 5, seed=n).requires_grad_() for n in (3, 7, 11))
    values = values[:7]
    mask = torch.ones(3, 7, dtype=torch.bool)
    mask[:, 5:] = False
    mask[1] = False
    wanted = attnkit.attention(queries[[0, 2]], keys[:5], values[:5], alpha=alpha)
    hidden = [part.detach().clone() for part in (queries, keys, values)]
    hidden[0][1], hidden[1][5:], hidden[2][5:] = bad, bad, bad
    leaves = [part.requires_grad_() for part in hidden]
    found = attnkit.attention(*leaves, alpha=alpha, mask=mask)
    torch.testing.assert_close(found[[0, 2]], wanted)
    assert (found[1] == 0).all()
    found.square().sum().backward()
    assert all(leaf.grad.isfinite().all() for leaf in leaves)
    assert (leaves[1].grad[5:] == 0).all()
    assert (leaves[2].grad[5:] == 0).all()


@pytest.mark.parametrize("name", ["queries", "keys", "values"])
def test_nan_that_one_query_attends_to_is_named(name):
    given = {
        "queries": rows(3, 5, seed=1), "keys": rows(7, 5, seed=2), "values": rows(7, 2, seed=3)
    }  # fmt: skip
    mask = torch.zeros(3, 7, dtype=torch.bool)
    mask[2, 6] = True
    given[name][-1] = math.nan
    with pytest.raises(ValueError, match=f"{name} must hold finite numbers"):
        attnkit.attention(**given, mask=mask)
