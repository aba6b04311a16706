"""Softmax plus one and the normalised sigmoid against plain loops, at every edge of their input."""

import math

import pytest
import torch
from torch.func import jacrev, vmap

from attnkit.densities import softmax
from attnkit.normalisation import sigmoid_weights, softmax_plus_one
from attnkit.normalisation.sinks import normalised_sigmoid

MAPS = [softmax_plus_one, normalised_sigmoid]
MINUS_INF = -math.inf
both = pytest.mark.parametrize("weigh", MAPS, ids=lambda weigh: weigh.__name__)


def rows(*shape, seed=0, spread=3.0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return spread * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def plain(weigh, row):
    """One key after another, in Python numbers."""
    if weigh is softmax_plus_one:
        raised = [math.exp(score) for score in row]
        return [each / (1 + sum(raised)) for each in raised]
    chances = [1 / (1 + math.exp(-score)) for score in row]
    return [each / sum(chances) for each in chances]


@both
def test_equals_the_plain_loop(weigh):
    scores = rows(3, 7)
    wanted = torch.tensor([plain(weigh, row) for row in scores.tolist()], dtype=torch.float64)
    torch.testing.assert_close(weigh(scores), wanted, rtol=1e-13, atol=0)


def test_plus_one_is_a_softmax_over_one_key_more():
    scores = rows(3, 7)
    longer = softmax(torch.cat([scores.new_zeros(3, 1), scores], -1))
    torch.testing.assert_close(softmax_plus_one(scores), longer[:, 1:])
    missing = torch.sigmoid(-scores.logsumexp(-1))
    torch.testing.assert_close(1 - softmax_plus_one(scores).sum(-1), missing)


def test_of_one_key_plus_one_is_the_sigmoid():
    scores = rows(13, 1)
    torch.testing.assert_close(softmax_plus_one(scores), sigmoid_weights(scores, bias=0.0))


def test_low_scores_make_the_normalised_sigmoid_softmax_and_high_ones_make_it_even():
    scores = rows(5, 11)
    torch.testing.assert_close(normalised_sigmoid(scores - 60), softmax(scores))
    torch.testing.assert_close(normalised_sigmoid(scores + 60), torch.full_like(scores, 1 / 11))


def test_the_released_form_departs_where_all_scores_are_low():
    def released(scores):
        chances = torch.sigmoid(scores)
        return chances / (chances.sum(-1, keepdim=True) + 1e-8)

    scores = rows(5, 11, spread=1.0)
    torch.testing.assert_close(normalised_sigmoid(scores), released(scores), rtol=1e-7, atol=0)
    assert released(scores - 40).sum(-1).max() < 1e-6
    torch.testing.assert_close(normalised_sigmoid(scores - 40).sum(-1), torch.ones(5).double())


@both
def test_derivatives(weigh):
    leaf = rows(5, seed=2).requires_grad_()
    assert torch.autograd.gradcheck(weigh, leaf)
    assert torch.autograd.gradgradcheck(weigh, leaf)


def test_the_derivative_of_plus_one_is_softmaxs_without_the_slot():
    scores = rows(5, seed=2)
    p = softmax_plus_one(scores)
    torch.testing.assert_close(jacrev(softmax_plus_one)(scores), p.diag() - torch.outer(p, p))


@both
def test_masked_keys_have_no_weight_and_are_never_looked_at(weigh):
    scores = torch.tensor([1.0, math.nan, 0.5, math.inf, MINUS_INF], dtype=torch.float64)
    mask = torch.tensor([True, False, True, False, True])
    weights = weigh(scores, mask=mask)
    torch.testing.assert_close(weights[[0, 2]], weigh(scores[[0, 2]]))
    assert weights[[1, 3, 4]].tolist() == [0.0, 0.0, 0.0]


@both
@pytest.mark.parametrize("mask", [None, torch.zeros(3, dtype=torch.bool)])
def test_a_row_with_nothing_to_attend_gives_zeros_with_zero_gradient(weigh, mask):
    scores = torch.full((2, 3), MINUS_INF if mask is None else 1.0).requires_grad_()
    weights = weigh(scores, mask=mask)
    weights.sum().backward()
    assert weights.tolist() == [[0.0] * 3] * 2
    assert scores.grad.tolist() == [[0.0] * 3] * 2


@both
def test_a_masked_key_gets_no_gradient_beside_others(weigh):
    scores = rows(2, 5).requires_grad_()
    mask = torch.tensor([True, True, False, True, False])
    weigh(scores, mask=mask).square().sum().backward()
    assert scores.grad.isfinite().all()
    assert scores.grad[:, ~mask].abs().max() == 0


@both
def test_length_one_and_length_zero(weigh):
    assert weigh(torch.tensor(0.0)).item() == (0.5 if weigh is softmax_plus_one else 1.0)
    assert weigh(torch.zeros(3, 0)).shape == (3, 0)
    assert weigh(torch.zeros(0, 3)).shape == (0, 3)


@both
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_single(weigh, dtype):
    scores = rows(3, 509, dtype=dtype)
    weights, exact = weigh(scores), weigh(scores.double())
    assert weights.dtype == dtype
    rounding = torch.finfo(dtype).eps * (exact + torch.finfo(dtype).smallest_normal)
    assert ((weights.double() - exact).abs() <= rounding).all()


@both
def test_huge_scores_are_certain(weigh):
    scores = torch.tensor([3e38, -3e38, 0.0], requires_grad=True)
    weights = weigh(scores)
    weights.square().sum().backward()
    wanted = [1.0, 0.0, 0.0] if weigh is softmax_plus_one else [2 / 3, 0.0, 1 / 3]
    assert weights.tolist() == pytest.approx(wanted)
    assert scores.grad.isfinite().all()


@both
def test_any_dimension_and_any_memory_layout(weigh):
    scores = rows(3, 5, 7)
    expected = weigh(scores)
    for dim in (0, 1, 2, -3):
        torch.testing.assert_close(
            weigh(scores.movedim(-1, dim), dim=dim), expected.movedim(-1, dim)
        )
    strided = torch.empty(3, 5, 14, dtype=torch.float64)[..., ::2].copy_(scores)
    torch.testing.assert_close(weigh(strided), expected)


@both
def test_vmap_equals_the_batched_call(weigh):
    scores, masks = rows(5, 7), rows(5, 7, seed=1) > 0
    mapped = vmap(lambda row, mask: weigh(row, mask=mask))(scores, masks)
    torch.testing.assert_close(mapped, weigh(scores, mask=masks))


COMPILED = """
import torch
from attnkit.normalisation import KeyBias, key_bias_attention, softmax_plus_one
from attnkit.normalisation.sinks import normalised_sigmoid

generator = torch.Generator().manual_seed(0)
scores = torch.randn(5, 7, generator=generator)
mask = scores > -1
whole = dict(fullgraph=True, backend="aot_eager")
for weigh in (softmax_plus_one, normalised_sigmoid):
    weights = torch.compile(weigh, **whole)(scores, mask=mask)
    torch.testing.assert_close(weights, weigh(scores, mask=mask))
tokens = (scores, scores, scores, scores[0])
read = torch.compile(key_bias_attention, **whole)(*tokens, mask=mask[:, :5])
torch.testing.assert_close(read, key_bias_attention(*tokens, mask=mask[:, :5]))
layer = KeyBias(1, 7, generator=generator)
three = (scores[None],) * 3
torch.testing.assert_close(torch.compile(layer, **whole)(*three), layer(*three))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


@both
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"scores": torch.zeros(3, dtype=torch.int64)}, TypeError, "scores must .*int64"),
        ({"scores": torch.tensor([math.nan])}, ValueError, "scores must hold finite .*nan"),
        ({"scores": torch.tensor([math.inf])}, ValueError, "scores must hold finite .*inf"),
        ({"mask": torch.zeros(3, 5)}, TypeError, "mask must"),
        ({"mask": torch.zeros(4, dtype=torch.bool)}, ValueError, r"mask must broadcast .*\(4,\)"),
        ({"dim": 2}, ValueError, "dim must be in .*got 2"),
    ],
)
def test_wrong_input_is_named(weigh, arguments, error, message):
    with pytest.raises(error, match=message):
        weigh(**{"scores": torch.zeros(3, 5)} | arguments)
