"""Laws against quadrature, quadrature against sampling and rows that can be done by hand."""

import math

import pytest
import torch

from attnkit.diagnostics import entropy
from attnkit.length import ssmax_weights
from attnkit.length.shared.needle import needle_weights
from attnkit.length.theory import (
    dispersed_entropy,
    freezing_spread,
    log_partition,
    mean_entropy,
    mean_needle_weight,
    needle_above_all,
    needle_among_equals,
    needle_in_noise,
)

LENGTHS = (64.0, 1024.0, 16384.0, 262144.0)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def sampled(n_rows, n_keys, spread):
    scores = spread * torch.randn(n_rows, n_keys, generator=seeded(), dtype=torch.float64)
    entropies = entropy(scores.softmax(-1))
    return entropies.mean().item(), 4 * entropies.std().item() / math.sqrt(n_rows)


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.5, 3.0, 7.0, 20.0])
@pytest.mark.parametrize(("n_rows", "n_keys"), [(5003, 2), (5003, 13), (1009, 211)])
def test_quadrature_equals_sampling(n_rows, n_keys, spread):
    mean, error = sampled(n_rows, n_keys, spread)
    assert mean_entropy(n_keys, spread) == pytest.approx(mean, abs=error + 1e-6)


@pytest.mark.parametrize("gap", [-1.0, 2.0, 6.0])
@pytest.mark.parametrize("spread", [0.5, 2.0, 7.0])
def test_the_needles_weight_equals_sampling(gap, spread):
    found = needle_weights(
        lambda rows: rows.softmax(-1), 5003, 101, gap=gap, spread=spread, generator=seeded()
    )
    error = 4 * found.std().item() / math.sqrt(5003)
    assert mean_needle_weight(101, gap, spread) == pytest.approx(found.mean().item(), abs=error)


def test_two_keys_are_one_integral():
    """H of two scores depends on their difference, normal with variance 2 σ²."""
    x, step = torch.linspace(-9, 9, 3001, dtype=torch.float64), 18 / 3000
    density = torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    for spread in (0.3, 1.0, 4.0):
        pairs = torch.stack([math.sqrt(2) * spread * x, torch.zeros_like(x)], -1)
        wanted = (entropy(pairs.softmax(-1)) * density).sum().item() * step
        assert mean_entropy(2, spread) == pytest.approx(wanted, abs=1e-9)


def test_equal_scores_and_a_single_key():
    for n in (1.0, 2.0, 1e3, 1e9):
        assert mean_entropy(n, 0.0) == pytest.approx(math.log(n), abs=1e-6)
        assert mean_needle_weight(n, 3.0, 0.0) == pytest.approx(
            needle_among_equals(n, 3.0), abs=1e-6
        )
    assert mean_entropy(1, 2.0) == pytest.approx(0.0, abs=1e-9)
    for needle in (mean_needle_weight, needle_in_noise, needle_above_all):
        assert needle(1, -2.0, 3.0) == pytest.approx(1.0)


def test_the_laws_error_falls_as_one_over_n():
    """Its first term is (σ² e^σ² − (e^σ² − 1)/2)/n, from the variances of the two sums."""
    for spread in (0.25, 0.5, 1.0):
        raised = math.exp(spread**2)
        first = spread**2 * raised - (raised - 1) / 2
        n = 1e5
        error = mean_entropy(n, spread) - dispersed_entropy(n, spread)
        assert n * error == pytest.approx(first, rel=1e-3)


def test_the_largest_score_nears_the_freezing_spread_from_below():
    ratios = []
    for n_rows, n in zip((1009, 211, 101, 31), LENGTHS, strict=True):
        largest = torch.randn(n_rows, int(n), generator=seeded()).amax(-1).mean().item()
        ratios.append(largest / freezing_spread(n))
    assert ratios == sorted(ratios)
    assert 0.8 < ratios[0] < ratios[-1] < 1


def test_the_two_branches_meet_at_the_freezing_spread():
    for n in LENGTHS:
        freezing = freezing_spread(n)
        assert dispersed_entropy(n, freezing) == pytest.approx(0, abs=1e-12)
        assert log_partition(n, freezing) == pytest.approx(2 * math.log(n))
        above, slope = log_partition(n, 1.01 * freezing), freezing
        assert above == pytest.approx(2 * math.log(n) + 0.01 * freezing * slope)


def test_above_freezing_the_entropy_stays_bounded_as_n_grows():
    """At twice the freezing spread; below it the entropy grows with log n."""
    frozen = [mean_entropy(n, 2 * freezing_spread(n)) for n in LENGTHS]
    dispersed = [mean_entropy(n, 0.5 * freezing_spread(n)) for n in LENGTHS]
    assert max(frozen) < 1.5
    assert dispersed[-1] - dispersed[0] > 0.7 * math.log(LENGTHS[-1] / LENGTHS[0])


def test_a_lead_of_one_over_s_is_one_half_in_any_row():
    for n in LENGTHS:
        scores = torch.zeros(int(n), dtype=torch.float64)
        scores[0] = 2.0
        weight = ssmax_weights(scores, 0.5)[0].item()
        assert weight == pytest.approx(needle_among_equals(n, 0.5 * math.log(n) * 2.0))
        assert weight == pytest.approx(0.5, abs=0.005)


@pytest.mark.parametrize("n_keys", LENGTHS)
def test_the_needles_law_holds_below_freezing(n_keys):
    for factor in (1.0, 0.43 * math.log(n_keys)):
        exact = mean_needle_weight(n_keys, 3 * factor, 0.5 * factor)
        assert needle_in_noise(n_keys, 3 * factor, 0.5 * factor) == pytest.approx(exact, abs=0.012)


def test_at_a_large_scale_the_needle_has_all_as_often_as_it_stands_highest():
    for n in LENGTHS:
        for gap in (3.0, 4.0, 5.0):
            wanted = needle_above_all(n, gap, 1.0)
            assert mean_needle_weight(n, 40 * gap, 40.0) == pytest.approx(wanted, abs=0.02)
    assert needle_above_all(7, 1.0, 0.0) == 1.0
    assert needle_above_all(7, -1.0, 0.0) == 0.0
