"""Entropy-ABF against the formula in Python numbers, and softmax where a row is short enough."""

import math

import pytest
import torch

from attnkit.length.entropy_abf import entropy_abf_scale, entropy_abf_weights

TRAINED = 5
CAUSAL = torch.ones(11, 11, dtype=torch.bool).tril()


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=dtype)


def plain(row):
    """Weights of one row in Python numbers."""
    scale = max(1.0, math.log(len(row)) / math.log(TRAINED))
    raised = [math.exp(scale * score) for score in row]
    return [each / sum(raised) for each in raised]


def test_every_causal_row_equals_the_formula():
    scores = rows(11, 11)
    weights = entropy_abf_weights(scores, TRAINED, mask=CAUSAL)
    for place in range(11):
        seen = scores[place, : place + 1].tolist()
        wanted = torch.tensor(plain(seen) + [0.0] * (10 - place), dtype=torch.float64)
        torch.testing.assert_close(weights[place], wanted)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_rows_as_short_as_in_training_are_softmax_bit_for_bit(dtype):
    scores = rows(11, 11, dtype=dtype)
    weights = entropy_abf_weights(scores, TRAINED, mask=CAUSAL)
    softmax = scores.masked_fill(~CAUSAL, -math.inf).softmax(-1)
    assert torch.equal(weights[:TRAINED], softmax[:TRAINED])
    assert not torch.isclose(weights[TRAINED:], softmax[TRAINED:]).all(-1).any()


@pytest.mark.parametrize("trained", [2, 3, 1009, 4096, 999_983])
def test_the_scale_is_exactly_one_up_to_the_length_of_training(trained):
    lengths = torch.tensor([0.0, 1.0, trained / 2, trained, trained + 1, trained**2])
    for dtype in (torch.float32, torch.float64):
        scale = entropy_abf_scale(lengths.to(dtype), trained)
        assert scale[:4].tolist() == [1.0] * 4
        assert scale[4] >= 1
        assert scale[5].item() == pytest.approx(2)


def test_masked_keys_do_not_count_and_empty_rows_are_zeros():
    scores = rows(7)
    scores[2], scores[5] = math.nan, -math.inf
    mask = torch.tensor([1, 1, 0, 1, 1, 1, 1], dtype=torch.bool)
    alone = entropy_abf_weights(scores[[0, 1, 3, 4, 6]], 3)
    torch.testing.assert_close(entropy_abf_weights(scores, 3, mask=mask)[[0, 1, 3, 4, 6]], alone)
    leaf = rows(3, 5).requires_grad_()
    nothing = entropy_abf_weights(leaf, 3, mask=torch.zeros(5, dtype=torch.bool))
    nothing.sum().backward()
    assert nothing.count_nonzero() == leaf.grad.count_nonzero() == 0
    assert entropy_abf_weights(torch.zeros(3, 0), 3).shape == (3, 0)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_gradients(dtype):
    scores = rows(3, 7).to(dtype)
    weights = entropy_abf_weights(scores, 3)
    assert weights.dtype == dtype
    exact = entropy_abf_weights(scores.double(), 3)
    assert ((weights.double() - exact).abs() <= torch.finfo(dtype).eps * (exact + 1e-4)).all()
    leaf = rows(3, 7).requires_grad_()
    assert torch.autograd.gradcheck(lambda z: entropy_abf_weights(z, 3), leaf)


COMPILED = """
import torch
from attnkit.length import diffusion_scale_weights, entropy_abf_weights, selective_weights

scores = torch.randn(5, 7, generator=torch.Generator().manual_seed(0))
mask = scores > -1
for weigh, number in (
    (diffusion_scale_weights, 3), (entropy_abf_weights, 3), (selective_weights, 1.5)
):
    whole = torch.compile(weigh, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(whole(scores, number, mask=mask), weigh(scores, number, mask=mask))
"""


def test_compiled_in_one_graph_it_is_the_same_for_three_scales(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match=r"n_train must be in \[2, .*got 1"):
        entropy_abf_weights(torch.zeros(3), 1)
    with pytest.raises(ValueError, match=r"n_keys must be .*-1"):
        entropy_abf_scale(torch.tensor([-1.0]), 4)
    with pytest.raises(ValueError, match=r"scores must .*nan"):
        entropy_abf_weights(torch.tensor([math.nan, 0]))
