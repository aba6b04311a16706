"""Limits of the theory: one pair, age zero, rate zero, very wide keys; and what it refuses."""

import math

import mpmath
import pytest
import torch
from scipy.special import ndtr

from attnkit.memory import theory
from attnkit.memory.reliability.theory import clean_up

ONE_PAIR = {
    "retrieval_snr": (lambda: theory.retrieval_snr(1, 64), math.inf),
    "cosine": (lambda: theory.cosine(1, 16), 1.0),
    "bit_error": (lambda: theory.bit_error(1, 64), 0.0),
    "welch_bound": (lambda: theory.welch_bound(1, 16), 0.0),
    "feature_snr": (lambda: theory.feature_snr(1, 64, (0.0, 1.0)), math.inf),
    "softmax_target_weight": (lambda: theory.softmax_target_weight(1, 64, 5.0), 1.0),
    "average_bit_error": (lambda: theory.average_bit_error(1, 64), 0.0),
    "vote_bit_error": (lambda: theory.vote_bit_error(1, 64, n_heads=2), 0.0),
    "hoeffding_vote_bound": (lambda: theory.hoeffding_vote_bound(1, 64), math.exp(-0.5)),
    "decaying_snr": (lambda: theory.decaying_snr(0, 1, 64, 0.9), math.inf),
    "chain_noise": (lambda: theory.chain_noise(1, 64, depth=3), 0.0),
    "usable_depth": (lambda: theory.usable_depth(1, 64, 0.5), math.inf),
    "cleaned_accuracy": (lambda: theory.cleaned_accuracy(1, 64), 1.0),
    "all_bits_probability": (lambda: theory.all_bits_probability(1, 64, 5), 1.0),
    "noisy_query_noise": (lambda: theory.noisy_query_noise(1, 64, 0.5), 0.5 / 64),
    "hebb_forgetting": (lambda: theory.hebb_forgetting(1, 64).item(), 0.0),
    "delta_forgetting": (lambda: theory.delta_forgetting(1, 64, 0.5).item(), 0.25),
    "delta_snr": (lambda: theory.delta_snr(1, 64, 0.5).item(), math.inf),
}


@pytest.mark.parametrize("name", ONE_PAIR)
def test_one_pair_is_a_valid_question(name):
    call, wanted = ONE_PAIR[name]
    assert call() == pytest.approx(wanted, rel=1e-12)


OTHER_LIMITS = {
    "no age": (lambda: theory.best_snr(0, 64), math.inf),
    "no age, nearly": (lambda: theory.best_snr(1e-30, 64), 64 / (1e-30 * (1 + 30 * math.log(10)))),
    "no retention": (lambda: theory.decaying_snr(0, 9, 64, 0.0), math.inf),
    "no retention, later": (lambda: theory.decaying_snr(2, 9, 64, 0.0), 0.0),
    "rivals beyond numbers": (lambda: theory.softmax_target_weight(10, 64, 400.0), 0.0),
    "rate zero": (lambda: theory.delta_snr(5, 7, 0.0)[3].item(), 7 / 4),
    "rate nearly zero": (lambda: theory.delta_snr(5, 7, 1e-9)[3].item(), 7 / 4),
    "the last pair": (lambda: theory.delta_snr(5, 7, 1.0)[0].item(), math.inf),
}


@pytest.mark.parametrize("name", OTHER_LIMITS)
def test_other_limits(name):
    call, wanted = OTHER_LIMITS[name]
    assert call() == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("d_key", [1, 3, 10**6, 10**9, 10**12])
def test_the_worst_case_law_keeps_its_digits_at_any_width(d_key):
    """Against mpmath; a difference of log-gammas is off by 2e-4 at 10¹²."""
    with mpmath.workdps(40):
        overlap = mpmath.gammaprod([mpmath.mpf(d_key) / 2], [mpmath.mpf(d_key + 1) / 2])
        wanted = float(1 + mpmath.sqrt(mpmath.pi) / overlap / 2)
    assert theory.worst_case_capacity(d_key, 0.5) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(("d_key", "d_value"), [(1, 1), (2, 1), (3, 1), (7, 5), (10**9, 1)])
@pytest.mark.parametrize("probability", [0.01, 0.5, 0.99])
def test_perfect_recall_solves_its_equation_for_narrow_keys_too(d_key, d_value, probability):
    n = theory.perfect_recall_capacity(d_key, d_value, probability=probability)
    reached = theory.all_bits_probability(n, d_key, d_value)
    assert reached == pytest.approx(probability, rel=1e-4)


def test_rare_errors_of_many_bits_are_counted():
    """10¹² bits, each wrong once in 10¹⁷ times: 1 − 10⁻¹⁷ is one in doubles."""
    n_pairs, d_key = 1000.0, 72_000
    error = theory.bit_error(n_pairs, d_key)
    assert 1e-18 < error < 1e-16
    wrong = 1 - theory.all_bits_probability(n_pairs, d_key, 10**12)
    assert wrong == pytest.approx(-math.expm1(-1e15 * error), rel=1e-9)
    assert wrong > 1e-3


def test_moments_of_maps_with_a_kink():
    """E max(x, 0) = 1/√(2π) and E max(x, 0)² = ½, to every digit; a kink elsewhere to seven."""
    mean, square = theory.coordinate_moments(torch.relu)
    assert mean == pytest.approx(1 / math.sqrt(2 * math.pi), rel=1e-14)
    assert square == pytest.approx(0.5, rel=1e-14)
    shifted, _ = theory.coordinate_moments(lambda x: (x - 0.3001).relu())
    density = math.exp(-(0.3001**2) / 2) / math.sqrt(2 * math.pi)
    assert shifted == pytest.approx(density - 0.3001 * float(ndtr(-0.3001)), rel=1e-7)


def test_slow_decay_keeps_its_digits():
    with mpmath.workdps(40):
        g = mpmath.mpf(1) - mpmath.mpf(2) ** -40
        rest = (1 - g**200) / (1 - g**2) - g**6
        wanted = float(g**6 * 64 / rest)
    assert theory.decaying_snr(3, 100, 64, float(g)) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize(("n", "d"), [(64, 128), (4096, 4096), (10**6, 10**6)])
def test_clean_up_sees_the_overlaps_of_wide_keys(n, d):
    """At width 10⁶ all overlaps lie between two nodes of a grid over [−1, 1]."""
    overlap, weight = clean_up._overlaps(d)
    assert weight @ overlap**2 == pytest.approx(1 / d, rel=1e-6)
    assert 0 < theory.cleaned_accuracy(n, d) <= 1


REFUSED = [
    (theory.cosine, (-20, 16), "n_pairs"),
    (theory.average_capacity, (16, -0.5), "tolerance"),
    (theory.retrieval_snr, (5, -16), "d_key"),
    (theory.retrieval_snr, (-3, 64), "n_pairs"),
    (theory.retrieval_snr, (math.nan, 64), "n_pairs"),
    (theory.welch_bound, (5.0, 0), "d_key"),
    (theory.decaying_snr, (9, 9, 64, 0.9), "age must be at most n_pairs - 1 = 8, got 9"),
    (theory.decaying_snr, (1, 9, 64, 1.1), "retention"),
    (theory.best_retention, (-0.5,), "age"),
    (theory.delta_moments, (10**6, 64, 0.5), r"n_pairs must be in \[1, 16384\], got 1000000"),
    (theory.delta_snr, (9, 64, 2.1), "rate"),
    (theory.feature_snr, (9, 64, (2.0, 1.0)), "moments must have second >= first squared"),
    (theory.feature_snr, (9, 64, (0.0, 0.0)), r"moments\[1\]"),
    (theory.coordinate_moments, (lambda x: x[:3],), r"feature_map must give .* got shape \(3,\)"),
    (theory.coordinate_moments, (lambda x: x.log(),), "feature_map must give .* not finite"),
    (theory.correlated_heads_noise, (5.0, -0.3), "correlation must be at least -0.25, got -0.3"),
    (theory.cleaned_accuracy, (24, 1), "d_key"),
]


@pytest.mark.parametrize(("function", "arguments", "words"), REFUSED)
def test_what_has_no_meaning_is_refused_by_name(function, arguments, words):
    with pytest.raises(ValueError, match=words):
        function(*arguments)


def test_a_map_that_returns_no_tensor_is_refused():
    with pytest.raises(TypeError, match="feature_map must return a tensor, got float"):
        theory.coordinate_moments(lambda x: 1.0)


def test_noise_beyond_every_number_is_refused():
    assert theory.chain_noise(65, 64, depth=1000) == pytest.approx(2.0**1000 - 1)
    with pytest.raises(ValueError, match="depth must be at most 1010 for 65 pairs of width 64"):
        theory.chain_noise(65, 64, depth=2000)


def test_rate_zero_writes_nothing():
    product, read = theory.delta_moments(7, 5, 0.0)
    assert torch.equal(product, torch.zeros(7, dtype=torch.float64))
    assert torch.equal(read, torch.zeros(7, dtype=torch.float64))


@pytest.mark.parametrize("d_key", [2, 3, 7])
def test_the_welch_bound_is_reached_by_a_simplex(d_key):
    """d + 1 unit keys with equal angles overlap by −1/d, and no keys do better."""
    corners = torch.eye(d_key + 1, dtype=torch.float64) - 1 / (d_key + 1)
    keys = torch.nn.functional.normalize(corners, dim=-1)
    overlaps = (keys @ keys.mT).fill_diagonal_(0).abs()
    assert theory.welch_bound(d_key + 1, d_key) == pytest.approx(overlaps.max().item(), rel=1e-12)
    assert theory.welch_bound(d_key, d_key) == 0


@pytest.mark.parametrize("d_key", [1, 2, 3, 17])
def test_a_soft_softmax_weighs_rivals_by_their_mean_on_the_sphere(d_key):
    """E exp(b c) is 0F1(; d/2; b²/4) for the overlap c of unit keys, b²/2d to second order."""
    sharpness = 0.05
    weight = theory.softmax_target_weight(11, d_key, sharpness)
    rival = math.log((1 / weight - 1) / 10) + sharpness
    exact = float(mpmath.log(mpmath.hyp0f1(mpmath.mpf(d_key) / 2, sharpness**2 / 4)))
    assert rival == pytest.approx(exact, rel=2e-3)
