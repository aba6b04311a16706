"""Focal attention against softmax and its neighbours, the slope of its entropy against autograd."""

import math

import pytest
import torch

from attnkit.densities import softmax
from attnkit.diagnostics import entropy
from attnkit.length import asentmax_weights, focal_weights, ssmax_weights
from attnkit.length.focal import entropy_slope


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def test_is_softmax_of_the_scores_over_the_temperature():
    scores, mask = rows(3, 7), rows(3, 7, seed=1) > -1
    torch.testing.assert_close(
        focal_weights(scores, 0.4, mask=mask), softmax(scores / 0.4, mask=mask)
    )
    heads = torch.tensor([[0.4], [1.0], [3.0]], dtype=torch.float64)
    torch.testing.assert_close(focal_weights(scores, heads), softmax(scores / heads))


def test_does_not_know_the_length_of_the_row():
    """The odds of two keys stay as they are when rivals join; under scalable softmax they grow."""
    scores = rows(7)
    few, many = focal_weights(scores[:3], 0.4), focal_weights(scores, 0.4)
    torch.testing.assert_close(few[0] / few[1], many[0] / many[1])
    few, many = (ssmax_weights(part, 0.4).log() for part in (scores[:3], scores))
    assert (many[0] - many[1]).abs() > (few[0] - few[1]).abs()


@pytest.mark.parametrize("temperature", [0.2, 1.0, 1.7])
def test_commutes_with_the_scales_of_its_neighbours(temperature):
    scores = rows(3, 13)
    torch.testing.assert_close(
        ssmax_weights(scores / temperature, 0.43), ssmax_weights(scores, 0.43 / temperature)
    )
    length_first = focal_weights(0.43 * math.log(13) * scores, temperature)
    torch.testing.assert_close(length_first, ssmax_weights(scores / temperature, 0.43))
    both = asentmax_weights(scores / temperature, 0.5, 1.0, 1.0)
    torch.testing.assert_close(both, focal_weights((1 + 0.5 * math.log(14)) * scores, temperature))


def test_the_slope_of_the_entropy_is_autograds():
    scores, mask = rows(5, 7), rows(5, 7, seed=1) > -1
    for temperature in (0.3, 1.0, 4.0):
        t = torch.full((5, 1), temperature, dtype=torch.float64, requires_grad=True)
        (wanted,) = torch.autograd.grad(entropy(focal_weights(scores, t, mask=mask)).sum(), t)
        torch.testing.assert_close(entropy_slope(scores, temperature, mask=mask), wanted[:, 0])
        torch.testing.assert_close(entropy_slope(scores, t.detach(), mask=mask), wanted[:, 0])


def test_the_slope_is_never_negative_and_zero_for_equal_scores():
    assert (entropy_slope(rows(101, 13), 0.5) > 0).all()
    assert entropy_slope(torch.zeros(3, 7), 0.5).tolist() == [0.0] * 3
    assert entropy_slope(torch.full((2, 3), -math.inf), 0.5).tolist() == [0.0, 0.0]
    assert entropy_slope(rows(3, 1), 0.5).tolist() == [0.0] * 3


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(dtype):
    scores = torch.tensor([[6e4, -6e4, 5e4]]).to(dtype)
    assert focal_weights(scores, 1e-3).tolist() == [[1.0, 0.0, 0.0]]
    assert focal_weights(scores, 1e-3).dtype == dtype
    half = rows(3, 7).to(dtype)
    slope = entropy_slope(half, 0.5)
    assert slope.dtype == torch.float32
    torch.testing.assert_close(slope, entropy_slope(half.float(), 0.5))


def test_any_dimension():
    scores = rows(3, 5, 7)
    moved = scores.movedim(-1, 0)
    torch.testing.assert_close(
        focal_weights(moved, 0.4, dim=0), focal_weights(scores, 0.4).movedim(-1, 0)
    )
    torch.testing.assert_close(entropy_slope(moved, 0.4, dim=0), entropy_slope(scores, 0.4))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"scores": torch.tensor([math.nan])}, "scores must hold finite .*nan"),
        ({"temperature": 0.0}, "temperature must be in .*got 0"),
        ({"temperature": torch.ones(5)}, r"temperature must broadcast .*\(3, 1\)"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    for function in (focal_weights, entropy_slope):
        with pytest.raises(ValueError, match=message):
            function(**{"scores": torch.zeros(3, 5), "temperature": 0.5} | arguments)
