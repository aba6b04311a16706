"""The scales of tokens and their running mean."""

import math

import pytest
import torch

from attnkit.normalisation import affine_weights
from attnkit.normalisation.affine import AffineScale
from tests.normalisation.shared.edges import rows


def scales(**settings):
    torch.manual_seed(0)
    return AffineScale(7, 3, **settings).double()


def test_a_scale_is_the_clipped_line_of_its_token():
    made, tokens = scales(), rows(2, 5, 7, spread=20.0)
    scale, matrix = made(tokens).detach(), made.to_scale.weight.detach()
    assert scale.shape == (2, 3, 5, 1)
    for b, h, t in torch.cartesian_prod(*map(torch.arange, (2, 3, 5))).tolist():
        line = 0.1 * float(tokens[b, t] @ matrix[h]) + 0.5
        assert scale[b, h, t].item() == pytest.approx(min(max(line, 0.0), 1.0))
    assert (scale == 0).any()
    assert (scale == 1).any()


def test_the_mean_runs_from_zero_and_rests_in_use():
    made, wanted = scales(), torch.zeros(3, dtype=torch.float64)
    for seed in range(3):
        scale = made(rows(2, 5, 7, seed=seed)).detach()
        wanted = 0.9 * wanted + 0.1 * scale.mean((0, 2, 3))
        torch.testing.assert_close(made.mean_scale.flatten(), wanted)
    made.eval()(rows(5, 7, seed=9))
    torch.testing.assert_close(made.mean_scale.flatten(), wanted)
    made.train()(rows(0, 5, 7))
    torch.testing.assert_close(made.mean_scale.flatten(), wanted)


def test_the_two_go_together_and_only_the_scale_is_learned():
    made, tokens = scales(momentum=0.0), rows(2, 5, 7)
    scale = made(tokens)
    weights = affine_weights(rows(2, 3, 5, 5), scale, made.mean_scale)
    sums = made.mean_scale.squeeze(-1).expand(2, 3, 5)
    torch.testing.assert_close(weights.sum(-1), sums)
    weights.square().sum().backward()
    assert made.to_scale.weight.grad.abs().sum() > 0
    assert not made.mean_scale.requires_grad
    assert "mean_scale" in made.state_dict()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: AffineScale(0, 3), "width must be in .*0"),
        (lambda: AffineScale(7, 3, 1.5), "momentum must be in .*1.5"),
        (lambda: scales()(rows(5, 6)), "tokens must have 7 features, got 6"),
        (lambda: scales()(torch.full((5, 7), math.nan)), "tokens must .*nan"),
    ],
)
def test_wrong_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
