"""Covers of a row: none smaller does it, and what is left out bounds the error."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.selection import covering_keys, covering_weights, dropped


def normal(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@settings(deadline=None)
@given(seed=st.integers(0, 200), share=st.floats(0.01, 1.0))
def test_no_smaller_set_of_keys_covers_the_share(seed, share):
    weights = normal(seed, 7).softmax(-1)
    kept = covering_keys(weights, share)
    n_kept = int(kept.sum())
    assert weights[kept].sum() >= share - 1e-12
    for smaller in itertools.combinations(weights.tolist(), n_kept - 1):
        assert sum(smaller) < share


def test_the_sum_of_a_row_may_be_anything_and_zeros_keep_nothing():
    rows = torch.tensor([[5.0, 3.0, 2.0], [50.0, 30.0, 20.0], [0.0, 0.0, 0.0]])
    kept = covering_keys(rows, 0.7)
    assert kept.tolist() == [[True, True, False], [True, True, False], [False] * 3]


def test_a_share_of_one_keeps_every_key_with_a_weight_however_small():
    row = torch.tensor([1.0, 1e-30, 0.0, 1e-12])
    assert covering_keys(row, 1.0).tolist() == [True, True, False, True]
    assert covering_keys(row, 1e-6).tolist() == [True, False, False, False]


def test_of_equal_weights_the_first_are_kept():
    assert covering_keys(torch.full((2, 8), 0.125), 0.5).tolist() == [[True] * 4 + [False] * 4] * 2


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("row", "share", "n_kept"),
    [
        ([0.9, 0.1], 0.9, 1),
        ([0.2] * 5, 0.8, 4),
        ([0.5, 0.3, 0.2], 0.8, 2),
        ([1e-3] * 1000, 0.7, 700),
    ],
)
def test_a_set_that_has_the_share_but_for_rounding_has_it(dtype, row, share, n_kept):
    assert covering_keys(torch.tensor(row, dtype=dtype), share).sum() == n_kept


@settings(deadline=None)
@given(seed=st.integers(0, 200), share=st.floats(0.05, 0.999))
def test_the_error_is_within_its_bound(seed, share):
    scores, values = 2 * normal(seed, 5, 13), normal(seed + 1, 13, 3)
    exact = scores.softmax(-1)
    weights = covering_weights(scores, share)
    missed = dropped(exact, covering_keys(exact, share)).mass
    assert (missed <= 1 - share + 1e-12).all()
    error = ((exact - weights) @ values).norm(dim=-1)
    longest = values.norm(dim=-1).max()
    assert (error <= 2 * missed * longest + 1e-12).all()
    assert (error <= 2 * (1 - share) * longest + 1e-12).all()


def test_two_values_that_point_away_from_each_other_reach_the_bound():
    scores = torch.tensor([[0.9, 0.1]], dtype=torch.float64).log()
    values = torch.tensor([[1.0], [-1.0]], dtype=torch.float64)
    error = (scores.softmax(-1) - covering_weights(scores, 0.89)) @ values
    assert error.abs().item() == pytest.approx(2 * 0.1)


def test_any_dimension_masks_and_a_row_without_a_key():
    scores = normal(0, 3, 7, 2)
    mask = normal(1, 7, 2) > -0.5
    mask[:, 1] = False
    for share in (0.5, 1.0):
        across = covering_weights(scores, share, dim=1, mask=mask)
        along = covering_weights(scores.mT, share, mask=mask.mT).mT
        torch.testing.assert_close(across, along)
        assert (across[..., 1] == 0).all()
    poisoned = scores.masked_fill(~mask, torch.nan)
    torch.testing.assert_close(
        covering_weights(poisoned, 0.5, dim=1, mask=mask),
        covering_weights(scores, 0.5, dim=1, mask=mask),
    )


def test_at_one_it_is_softmax_in_values_and_gradients():
    scores = normal(2, 3, 11).requires_grad_()
    probe = normal(3, 3, 11)
    (mine,) = torch.autograd.grad((covering_weights(scores, 1.0) * probe).sum(), scores)
    (softmax,) = torch.autograd.grad((scores.softmax(-1) * probe).sum(), scores)
    torch.testing.assert_close(mine, softmax)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_sizes_of_nothing(dtype):
    scores = normal(4, 2, 9).to(dtype)
    assert covering_weights(scores, 0.9).dtype is dtype
    kept = covering_keys(scores.float().softmax(-1), 0.9)
    assert torch.equal(covering_weights(scores, 0.9) > 0, kept)
    assert covering_weights(scores[:, :0]).shape == (2, 0)
    assert covering_weights(scores[:0]).shape == (0, 9)
    assert covering_keys(torch.rand(2, 0), 0.5).shape == (2, 0)
    assert covering_weights(torch.tensor(3.0)).item() == 1.0
