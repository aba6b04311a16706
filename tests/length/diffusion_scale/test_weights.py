"""The scale of variable-size diffusion against the formula, and its theory against drawn rows."""

import math

import pytest
import torch

from attnkit.diagnostics import entropy
from attnkit.length.diffusion_scale import (
    diffusion_scale,
    diffusion_scale_weights,
    entropy_keeping_scale,
    entropy_share,
)


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=dtype)


def numbers(*values):
    return torch.tensor(values, dtype=torch.float64)


@pytest.mark.parametrize("n_keys", [2, 3, 7, 13])
def test_weights_equal_the_formula(n_keys):
    scores = rows(5, n_keys)
    scale = math.sqrt(math.log(n_keys) / math.log(7))
    torch.testing.assert_close(diffusion_scale_weights(scores, 7), (scale * scores).softmax(-1))


def test_longer_rows_are_sharper_shorter_ones_broader_and_one_key_counts_as_two():
    scale = diffusion_scale(numbers(0, 1, 2, 16, 256), 16)
    torch.testing.assert_close(scale, numbers(0.5, 0.5, 0.5, 1, math.sqrt(2)))
    for trained in (2, 3, 1009, 999_983):
        assert diffusion_scale(torch.tensor([float(trained)]), trained).item() == 1


def test_masked_keys_do_not_count():
    scores = rows(7)
    scores[2] = math.nan
    mask = torch.tensor([1, 1, 0, 1, 1, 1, 1], dtype=torch.bool)
    alone = diffusion_scale_weights(scores[[0, 1, 3, 4, 5, 6]], 3)
    seen = diffusion_scale_weights(scores, 3, mask=mask)
    torch.testing.assert_close(seen[[0, 1, 3, 4, 5, 6]], alone)
    assert seen[2] == 0
    leaf = rows(3, 5).requires_grad_()
    nothing = diffusion_scale_weights(leaf, 3, mask=torch.zeros(5, dtype=torch.bool))
    nothing.sum().backward()
    assert nothing.count_nonzero() == leaf.grad.count_nonzero() == 0
    assert torch.autograd.gradcheck(
        lambda z: diffusion_scale_weights(z, 3), rows(3, 7).requires_grad_()
    )


def drawn_entropy(n_keys, scale, spread, seed=0):
    scores = rows(31, n_keys, seed=seed)
    return entropy((scale * spread * scores).softmax(-1)).mean().item()


@pytest.mark.parametrize("spread", [0.5, 1.0, 1.5])
def test_the_share_of_drawn_rows_is_that_of_the_law(spread):
    for n_keys in (509, 8191):
        for scale in (0.7, 1.0):
            law = entropy_share(numbers(n_keys), numbers(scale), spread).item()
            drawn = drawn_entropy(n_keys, scale, spread) / math.log(n_keys)
            assert drawn == pytest.approx(law, abs=0.015)


def test_a_frozen_row_has_no_share_left():
    assert entropy_share(numbers(64, 64), numbers(2, 50), 1.5).tolist()[1] == 0


@pytest.mark.parametrize("spread", [1.0, 1.5])
def test_the_entropy_itself_is_kept(spread):
    lengths = numbers(256, 1024, 4096)
    scales = entropy_keeping_scale(lengths, 256, spread)
    assert scales[0] == 1
    before = drawn_entropy(256, 1.0, spread)
    for n_keys, scale in zip((1024, 4096), scales[1:].tolist(), strict=True):
        assert drawn_entropy(n_keys, scale, spread) == pytest.approx(before, abs=0.4)
        assert drawn_entropy(n_keys, 1.0, spread) > before + 1.2


def test_a_short_row_cannot_have_the_entropy_of_a_long_one():
    assert entropy_keeping_scale(numbers(2), 4096, 0.5).item() == 0


def test_keeping_the_share_gives_the_law_the_same_value_at_every_length():
    lengths = numbers(16, 257, 65537)
    shares = entropy_share(lengths, diffusion_scale(lengths, 257), 1.5)
    torch.testing.assert_close(shares, shares[1].expand(3))


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match=r"n_train must be in \[2, .*got 1"):
        diffusion_scale_weights(torch.zeros(3), 1)
    with pytest.raises(ValueError, match=r"spread must be .*got 0"):
        entropy_keeping_scale(torch.tensor([4.0]), 4, 0.0)
    with pytest.raises(ValueError, match=r"n_keys must be .*1"):
        entropy_share(torch.ones(1), torch.ones(1), 1.0)
    with pytest.raises(ValueError, match=r"scores must .*nan"):
        diffusion_scale_weights(torch.tensor([math.nan, 0]))
