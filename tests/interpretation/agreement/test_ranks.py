"""Kendall's tau against scipy and a loop; the top against sets; at every edge."""

import math

import pytest
import torch
from scipy.stats import kendalltau

from attnkit.interpretation import kendall_tau, top_agreement


def rows(*shape, seed=0, dtype=torch.float64):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@pytest.mark.parametrize("n_keys", [2, 3, 13, 101])
@pytest.mark.parametrize("levels", [2, 5, None])
def test_is_scipys_tau_b_with_and_without_ties(n_keys, levels):
    first, second = rows(7, n_keys), rows(7, n_keys, seed=1)
    if levels:
        first, second = ((row * levels).round().clamp(-levels, levels) for row in (first, second))
    wanted = [kendalltau(*pair).statistic for pair in zip(first, second, strict=True)]
    found = kendall_tau(first, second)
    torch.testing.assert_close(
        found, torch.tensor(wanted, dtype=torch.float64), equal_nan=True, rtol=1e-12, atol=1e-12
    )


def test_counts_pairs_as_a_loop_does():
    first, second = [3.0, 1.0, 1.0, 7.0], [0.0, 2.0, 5.0, 5.0]
    pairs = [(i, j) for i in range(4) for j in range(i)]
    same = sum((first[i] - first[j]) * (second[i] - second[j]) > 0 for i, j in pairs)
    other = sum((first[i] - first[j]) * (second[i] - second[j]) < 0 for i, j in pairs)
    untied = [sum(row[i] != row[j] for i, j in pairs) for row in (first, second)]
    wanted = (same - other) / math.sqrt(untied[0] * untied[1])
    assert kendall_tau(torch.tensor(first), torch.tensor(second)).item() == pytest.approx(wanted)


def test_an_increasing_function_changes_nothing_and_a_decreasing_one_the_sign():
    first, second = rows(5, 11), rows(5, 11, seed=1)
    own = kendall_tau(first, second)
    torch.testing.assert_close(kendall_tau(first.exp(), second), own)
    torch.testing.assert_close(kendall_tau(first, -(second**3)), -own)
    assert kendall_tau(first, first.exp()).tolist() == [1.0] * 5


def test_a_row_without_an_order_has_no_tau():
    assert kendall_tau(torch.zeros(2, 5), rows(2, 5, dtype=torch.float32)).isnan().all()
    assert kendall_tau(torch.ones(3, 1), torch.ones(3, 1)).isnan().all()
    assert kendall_tau(torch.ones(0), torch.ones(0)).isnan()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_counts_in_single(dtype):
    first, second = rows(97).to(dtype), rows(97, seed=1).to(dtype)
    found = kendall_tau(first, second)
    assert found.dtype == torch.float32
    assert found.item() == pytest.approx(kendalltau(first.float(), second.float()).statistic)


@pytest.mark.parametrize("n_top", [1, 3, 11])
def test_the_top_is_a_set(n_top):
    first, second = rows(5, 11), rows(5, 11, seed=1)
    for a, b, found in zip(first, second, top_agreement(first, second, n_top), strict=True):
        best = [{*sorted(range(11), key=lambda i: -row[i])[:n_top]} for row in (a, b)]
        assert found.item() == pytest.approx(len(best[0] & best[1]) / n_top)


def test_of_equal_entries_the_earlier_is_taken():
    first, second = torch.tensor([0.0, 1.0, 1.0, 1.0]), torch.tensor([0.0, 9.0, 1.0, 9.0])
    assert top_agreement(first, second, 2).item() == 0.5


def test_rows_that_know_nothing_of_each_other_share_their_part():
    found = top_agreement(rows(4001, 13), rows(4001, 13, seed=1), 3)
    assert found.mean().item() == pytest.approx(3 / 13, abs=0.02)


def test_more_keys_than_there_are_is_refused():
    with pytest.raises(ValueError, match="n_top must be at most the keys 5, got 6"):
        top_agreement(torch.ones(5), torch.ones(5), 6)
