"""Local focus: the band of a map, against a loop."""

import pytest
import torch

from attnkit.diagnostics import local_focus

N_TOKENS = 11


def maps(*heads, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*heads, N_TOKENS, N_TOKENS, generator=generator).double().softmax(-1)


@pytest.mark.parametrize("distance", [0, 1, 3, 10, 50])
def test_a_loop(distance):
    weights = maps(3)
    for head in range(3):
        near = [
            weights[head, q, k].item()
            for q in range(N_TOKENS)
            for k in range(N_TOKENS)
            if abs(q - k) <= distance
        ]
        assert local_focus(weights, distance)[head].item() == pytest.approx(sum(near) / N_TOKENS)


def test_known_maps():
    assert local_focus(torch.eye(N_TOKENS), 0) == 1.0
    previous = torch.eye(N_TOKENS).roll(1, 0)
    assert local_focus(previous, 0) == 0.0
    assert local_focus(previous, 1).item() == pytest.approx((N_TOKENS - 1) / N_TOKENS)
    assert local_focus(maps(2), N_TOKENS) == pytest.approx(1.0)


def test_a_query_that_sees_nothing_is_left_out():
    weights, mask = maps(2), torch.ones(N_TOKENS, N_TOKENS, dtype=torch.bool)
    mask[4] = False
    weights[:, 4] = 0.0
    kept = torch.arange(N_TOKENS) != 4
    place = torch.arange(N_TOKENS)
    near = (place[:, None] - place).abs() <= 1
    wanted = (weights * near).sum(-1)[:, kept].mean(-1)
    torch.testing.assert_close(local_focus(weights, 1, mask), wanted)
    assert local_focus(weights, 1).isnan().all()  # a row of zeros is no density


def test_nothing_is_left():
    nothing = torch.zeros(N_TOKENS, N_TOKENS)
    assert local_focus(nothing, 1, nothing.bool()).isnan()


def test_rows_that_are_no_density_have_no_focus():
    signed = torch.tensor([[1.5, -0.5], [0.5, 0.5]])
    assert local_focus(signed).isnan()


def test_a_map_that_is_not_square_is_told():
    with pytest.raises(ValueError, match="weights"):
        local_focus(torch.rand(3, 5))


def test_differentiable():
    assert torch.autograd.gradcheck(
        lambda z: local_focus(z.softmax(-1)), maps(2).log().requires_grad_()
    )
