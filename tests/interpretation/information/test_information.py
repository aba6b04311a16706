"""Information against entropies, its bias against shuffled labels, bins against counts."""

import math

import pytest
import torch

from attnkit.coursework import check
from attnkit.interpretation import (
    information_bias,
    permuted_information,
    plug_in_information,
    quantile_bins,
)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def labels(n_values, n=997, seed=0):
    return torch.randint(n_values, (n,), generator=seeded(seed))


def entropy_of(*given):
    counts = torch.stack(given).unique(dim=1, return_counts=True)[1].double()
    shares = counts / counts.sum()
    return -(shares * shares.log()).sum().item()


@pytest.mark.parametrize(("n_first", "n_second"), [(2, 2), (3, 7), (11, 5)])
def test_is_the_sum_of_two_entropies_less_that_of_the_pair(n_first, n_second):
    first = labels(n_first)
    second = (first * 5 + labels(n_second, seed=1)) % n_second - 3
    wanted = entropy_of(first) + entropy_of(second) - entropy_of(first, second)
    assert plug_in_information(first, second).item() == pytest.approx(wanted, abs=1e-12)
    assert plug_in_information(second, first).item() == pytest.approx(wanted, abs=1e-12)


def test_a_label_tells_all_of_itself_and_nothing_of_a_constant():
    first = labels(7)
    assert plug_in_information(first, first).item() == pytest.approx(entropy_of(first))
    assert plug_in_information(first, 10**12 * first).item() == pytest.approx(entropy_of(first))
    assert plug_in_information(first, torch.zeros_like(first)).item() < 1e-12
    assert plug_in_information(first[:1], first[:1]).item() == 0


def test_as_many_values_as_labels_need_no_table_of_all_pairs():
    first = torch.arange(200_003)
    found = plug_in_information(first, first.flip(0)).item()
    assert found == pytest.approx(math.log(200_003))


def test_no_label_is_refused():
    with pytest.raises(ValueError, match="first must hold one label"):
        plug_in_information(labels(2, 0), labels(2, 0))
    with pytest.raises(ValueError, match="values must hold one number"):
        quantile_bins(torch.zeros(0), 3)


@pytest.mark.parametrize(("n_first", "n_second"), [(2, 2), (10, 3), (5, 13)])
def test_shuffled_labels_tell_the_bias(n_first, n_second):
    found = permuted_information(labels(n_first), labels(n_second, seed=1), 400, seeded())
    wanted = information_bias(n_first, n_second, 997)
    error = 4 * found.std().item() / math.sqrt(400)
    assert found.mean().item() == pytest.approx(wanted, abs=error + 0.05 * wanted)


def test_equal_bins_hold_equally_many():
    values = torch.randn(1000, generator=seeded())
    bins = quantile_bins(values, 8)
    assert bins.bincount().tolist() == [125] * 8
    assert torch.equal(quantile_bins(values.exp(), 8), bins)
    assert (bins[values.argsort()].diff() >= 0).all()


def test_ties_share_a_bin_and_one_bin_is_one():
    values = torch.tensor([0.0, 0.0, 0.0, 1.0, 2.0])
    assert quantile_bins(values, 5).tolist()[:3] == [quantile_bins(values, 5)[0].item()] * 3
    assert quantile_bins(values, 1).tolist() == [0] * 5


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_bins_of_any_precision(dtype):
    assert quantile_bins(torch.arange(12).to(dtype), 4).bincount().tolist() == [3] * 4


def in_single_precision(counts):
    shares = counts / counts.sum()
    rows, columns = shares.sum(1, keepdim=True), shares.sum(0, keepdim=True)
    found = torch.special.xlogy(shares, shares / (rows * columns).where(shares > 0, 1.0))
    freedom = ((rows > 0).sum() - 1) * ((columns > 0).sum() - 1)
    return found.sum() - freedom / (2 * counts.sum())


def test_the_exercise_takes_a_right_answer_in_single_precision():
    report = check("information-less-chance", in_single_precision)
    assert report.passed, report
