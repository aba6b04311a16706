"""Every formula of the theory against Monte Carlo, each with its finite-size allowance stated."""

import math

import pytest
import torch
from scipy.special import ndtr

from attnkit.memory import delta_rule, theory
from attnkit.memory.capacity.monte_carlo import read_overlaps
from attnkit.memory.feature_maps import elu_plus_one, relu_features
from attnkit.memory.forgetting.monte_carlo import forgetting_error
from attnkit.memory.reliability.monte_carlo import chain_strengths
from attnkit.memory.shared.unit_vectors import unit_vectors


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def noise_power(overlaps):
    return overlaps[:, 1:].square().sum(-1).mean().item()


@pytest.mark.parametrize(("n", "d"), [(17, 31), (64, 64), (97, 32)])
def test_retrieval_snr_within_3_percent(n, d):
    noise = noise_power(read_overlaps(3000, n, d, generator=generator()))
    assert 1 / noise == pytest.approx(theory.retrieval_snr(n, d), rel=0.03)


@pytest.mark.parametrize(("n", "d"), [(32, 128), (256, 64)])
def test_cosine_within_3_percent(n, d):
    chance = generator()
    keys = unit_vectors(40, n, d, generator=chance)
    values = unit_vectors(40, n, 256, generator=chance)
    reads = keys @ (keys.mT @ values)
    measured = torch.cosine_similarity(reads, values, dim=-1).mean().item()
    assert measured == pytest.approx(theory.cosine(n, d), rel=0.03)


def test_noisy_query_within_3_percent():
    n, d, power = 41, 64, 0.5
    chance = generator()
    keys = unit_vectors(4000, n, d, generator=chance)
    noise = math.sqrt(power / d) * torch.randn(4000, d, generator=chance, dtype=torch.float64)
    overlaps = (keys @ (keys[:, 0] + noise)[..., None])[..., 0]
    overlaps[:, 0] -= 1
    measured = overlaps.square().sum(-1).mean().item()
    assert measured == pytest.approx(theory.noisy_query_noise(n, d, power), rel=0.03)


@pytest.mark.parametrize("d", [64, 256])
def test_the_average_law_is_linear_and_the_worst_case_law_a_root(d):
    n = round(theory.average_capacity(d, 0.5))
    noise = noise_power(read_overlaps(600, n, d, generator=generator()))
    assert math.sqrt(noise) == pytest.approx(math.sqrt((n - 1) / d), rel=0.03)
    n = round(theory.worst_case_capacity(d, 0.5))
    overlaps = read_overlaps(6000, n, d, generator=generator(1))
    worst = overlaps[:, 1:].abs().sum(-1).mean().item()
    assert 1 + 0.5 * (n - 1) / worst == pytest.approx(theory.worst_case_capacity(d, 0.5), rel=0.03)
    assert theory.worst_case_capacity(4 * d, 0.5) - 1 == pytest.approx(
        2 * (theory.worst_case_capacity(d, 0.5) - 1), rel=0.02
    )
    assert theory.average_capacity(4 * d, 0.5) - 1 == 4 * (theory.average_capacity(d, 0.5) - 1)


def test_the_largest_overlap_sits_between_welch_and_the_coherence_law():
    """The law is the leading order; at n = 60 the largest overlap lies 5 to 25 % below it."""
    n, d = 60, 128
    keys = unit_vectors(100, n, d, generator=generator())
    largest = (keys @ keys.mT - torch.eye(n)).abs().amax((-1, -2)).mean().item()
    law = math.sqrt(4 * math.log(n) / d)
    assert 0.75 * law < largest < 0.95 * law
    crowd = unit_vectors(20, 3 * d, d, generator=generator())
    overlaps = (crowd @ crowd.mT - torch.eye(3 * d)).abs().amax((-1, -2))
    assert (overlaps > theory.welch_bound(3 * d, d)).all()
    assert theory.welch_bound(d, d) == 0


def test_coherence_capacity_solves_its_equation():
    n = theory.coherence_capacity(1024, 0.5)
    assert (n - 1) * math.sqrt(4 * math.log(n) / 1024) == pytest.approx(0.5)
    assert n < theory.worst_case_capacity(1024, 0.5) < theory.average_capacity(1024, 0.5)


def test_bit_error_within_its_finite_size():
    """Overlaps have lighter tails than the normal: at d = 64 the error is up to 6 % below."""
    n, d = 40, 64
    overlaps = read_overlaps(4000, n, d, generator=generator())
    signs = (torch.rand(4000, n, 64, generator=generator(1)) < 0.5).double() * 2 - 1
    reads = (overlaps[:, None] @ signs).squeeze(1)
    measured = (reads * signs[:, 0] < 0).double().mean().item()
    assert measured == pytest.approx(theory.bit_error(n, d), rel=0.06)


def test_perfect_recall_is_where_half_of_the_memories_are_perfect():
    """Dependent bits and light tails lift the probability: 0.5 to 0.75 at d = 128."""
    d, d_value = 128, 16
    n = round(theory.perfect_recall_capacity(d, d_value))
    chance = generator()
    keys = unit_vectors(1500, n, d, generator=chance)
    signs = (torch.rand(1500, n, d_value, generator=chance) < 0.5).double() * 2 - 1
    reads = keys @ (keys.mT @ signs)
    perfect = (reads * signs > 0).flatten(1).all(1).double().mean().item()
    assert 0.5 < perfect < 0.75
    assert theory.all_bits_probability(n, d, d_value) == pytest.approx(0.5, abs=0.1)
    ratios = []
    for width in (10**3, 10**5, 10**7):
        n = theory.perfect_recall_capacity(width, d_value)
        ratios.append(n * 2 * math.log(n * d_value) / width)
    assert 1.5 > ratios[0] > ratios[1] > ratios[2] > 1


MAPS = {
    "identity": lambda x: x,
    "elu + 1": elu_plus_one,
    "ReLU": relu_features,
    "exponential": torch.exp,
}


@pytest.mark.parametrize("d", [32, 128])
@pytest.mark.parametrize("name", ["identity", "elu + 1", "ReLU"])
def test_feature_snr_within_3_percent(name, d):
    chance, feature_map = generator(), MAPS[name]
    shape = (60_000, d)
    keys, others = (
        feature_map(torch.randn(*shape, generator=chance, dtype=torch.float64)) for _ in range(2)
    )
    signal, noise = keys.square().sum(-1).mean() ** 2, (keys * others).sum(-1).square().mean()
    wanted = theory.feature_snr(2, d, theory.coordinate_moments(feature_map))
    assert (signal / noise).item() == pytest.approx(wanted, rel=0.03)


def test_feature_limits():
    density = 1 / math.sqrt(2 * math.pi)
    mean = 0.5 + density + math.exp(0.5) * float(ndtr(-1))
    square = 1 + 2 * density + math.exp(2) * float(ndtr(-2))
    constants = {"elu + 1": (square / mean**2) ** 2, "ReLU": math.pi**2, "exponential": math.e**2}
    assert constants["elu + 1"] == pytest.approx(2.1308, abs=5e-5)
    for name, limit in constants.items():
        moments = theory.coordinate_moments(MAPS[name])
        assert theory.feature_snr(2, 10**12, moments) == pytest.approx(limit, rel=1e-9)
    identity = theory.coordinate_moments(MAPS["identity"])
    assert theory.feature_snr(2, 64, identity) == pytest.approx(64)


@pytest.mark.parametrize(
    ("n", "d", "sharpness"), [(64, 64, 5.0), (256, 64, 8.0), (1000, 128, 12.0)]
)
def test_softmax_target_weight_within_3_percent(n, d, sharpness):
    overlaps = read_overlaps(150, n, d, generator=generator())
    measured = (sharpness * overlaps).softmax(-1)[:, 0].mean().item()
    assert measured == pytest.approx(theory.softmax_target_weight(n, d, sharpness), rel=0.03)


@pytest.mark.parametrize("age", [0, 4, 16])
def test_decaying_snr_within_3_percent(age):
    n, d, retention = 64, 32, 0.95
    overlaps = read_overlaps(4000, n, d, generator=generator())
    ages = torch.tensor([age, *(a for a in range(n) if a != age)])
    strengths = retention**ages * overlaps
    measured = retention ** (2 * age) / strengths[:, 1:].square().sum(-1).mean().item()
    assert measured == pytest.approx(theory.decaying_snr(age, n, d, retention), rel=0.03)


@pytest.mark.parametrize("age", [1, 4, 16, 64])
def test_best_retention_is_the_best(age):
    best = theory.best_retention(age)
    reached = theory.decaying_snr(age, 10**6, 64, best)
    assert reached == pytest.approx(theory.best_snr(age, 64))
    for other in (best - 0.01, (1 + best) / 2):
        assert theory.decaying_snr(age, 10**6, 64, other) < reached
    assert theory.best_snr(age, 64) == pytest.approx(64 / (math.e * age), rel=0.6 / age)


def test_no_decay_is_the_limit_of_decay():
    assert theory.decaying_snr(3, 20, 8, 1.0) == pytest.approx(theory.retrieval_snr(20, 8))
    assert theory.decaying_snr(3, 20, 8, 1 - 1e-9) == pytest.approx(theory.retrieval_snr(20, 8))


@pytest.mark.parametrize("rate", [0.5, 1.0])
def test_delta_forgetting_within_3_percent(rate):
    n, d = 64, 32
    measured = forgetting_error(2500, n, d, rate, generator=generator())
    predicted = theory.delta_forgetting(n, d, rate)
    assert measured.mean().item() == pytest.approx(predicted.mean().item(), rel=0.03)
    for age in (0, 8, 32, 63):
        allowed = max(0.03 * predicted[age].item(), 1e-12)
        assert measured[age].item() == pytest.approx(predicted[age].item(), abs=allowed)


def test_delta_forgets_gracefully_where_hebb_drowns():
    delta, hebb = theory.delta_forgetting(64, 32, 1.0), theory.hebb_forgetting(64, 32)
    assert delta[0] == pytest.approx(0, abs=1e-12)
    assert (delta.diff() > 0).all()
    assert (delta < hebb).all()


@pytest.mark.parametrize("n_heads", [1, 4])
def test_chain_noise_within_3_percent(n_heads):
    n, d = 19, 64
    layers = chain_strengths(5000 // n_heads, n, d, depth=4, n_heads=n_heads, generator=generator())
    wanted = torch.zeros(n, dtype=torch.float64)
    wanted[0] = 1
    measured = (layers - wanted).square().sum(-1).mean(-1)
    for depth in (1, 2, 4):
        predicted = theory.chain_noise(n, d, depth=depth, n_heads=n_heads)
        assert measured[depth - 1].item() == pytest.approx(predicted, rel=0.03)


def test_usable_depth_is_where_the_chain_reaches_the_tolerance():
    depth = theory.usable_depth(32, 128, 0.5, n_heads=4)
    assert theory.chain_noise(32, 128, depth=depth, n_heads=4) == pytest.approx(0.25)
    assert theory.usable_depth(32, 128, 0.5, n_heads=8) == pytest.approx(2 * depth, rel=0.05)


def test_votes_and_averages():
    """Bit errors of one head within 6 % (light tails), of the vote and the average within 15 %."""
    n, d, n_heads, n_draws = 64, 32, 7, 2500
    chance = generator()
    overlaps = read_overlaps(n_draws * n_heads, n, d, generator=chance)
    signs = (torch.rand(n_draws, n, 8, generator=chance) < 0.5).double() * 2 - 1
    reads = overlaps.view(n_draws, n_heads, n) @ signs * signs[:, :1]
    single = (reads < 0).double().mean().item()
    vote = ((reads < 0).sum(1) > n_heads / 2).double().mean().item()
    average = (reads.mean(1) < 0).double().mean().item()
    assert single == pytest.approx(theory.average_bit_error(n, d), rel=0.06)
    assert vote == pytest.approx(theory.vote_bit_error(n, d, n_heads=n_heads), rel=0.15)
    assert average == pytest.approx(theory.average_bit_error(n, d, n_heads=n_heads), rel=0.15)
    assert average < vote < theory.hoeffding_vote_bound(n, d, n_heads=n_heads)


def test_an_even_vote_breaks_ties_by_a_coin():
    assert theory.vote_bit_error(64, 32, n_heads=2) == pytest.approx(
        theory.vote_bit_error(64, 32, n_heads=1)
    )


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_correlated_heads(correlation):
    draws = torch.randn(200_000, 6, generator=generator(), dtype=torch.float64)
    shared = math.sqrt(correlation) * draws[:, :1] + math.sqrt(1 - correlation) * draws[:, 1:]
    measured = shared.mean(-1).var().item()
    assert measured == pytest.approx(theory.correlated_heads_noise(5, correlation), rel=0.03)


def test_clean_up_keeps_what_a_bare_chain_loses():
    """The clean-up formula is within 0.005 a layer; the bare chain loses the item."""
    n, d, depth, n_draws = 24, 32, 12, 500
    chance = generator()
    bare = chain_strengths(n_draws, n, d, depth=depth, n_heads=1, generator=chance)
    lost = (bare[-1].argmax(-1) == 0).double().mean().item()
    once = chain_strengths(n_draws * depth, n, d, depth=2, n_heads=1, generator=chance)
    kept = (once[-1].argmax(-1) == 0).double().mean().item()
    assert kept == pytest.approx(theory.cleaned_accuracy(n, d), abs=0.005)
    assert lost < 0.5 * theory.cleaned_accuracy(n, d, depth=depth)


@pytest.mark.parametrize(("n", "d"), [(3, 3), (3, 5), (4, 5)])
def test_clean_up_accuracy_of_a_few_pairs(n, d):
    """Within 0.02; one item more or less in the cross-talk would cost 0.05 here."""
    twice = chain_strengths(40_000, n, d, depth=2, n_heads=1, generator=generator())
    kept = (twice[-1].argmax(-1) == 0).double().mean().item()
    assert kept == pytest.approx(theory.cleaned_accuracy(n, d), abs=0.02)


@pytest.mark.parametrize(("n", "d"), [(24, 16), (48, 24)])
def test_clean_up_accuracy_when_it_is_hard(n, d):
    """Rivals share codes, which costs up to 0.05 where a layer is often wrong."""
    twice = chain_strengths(4000, n, d, depth=2, n_heads=1, generator=generator())
    kept = (twice[-1].argmax(-1) == 0).double().mean().item()
    assert kept == pytest.approx(theory.cleaned_accuracy(n, d), abs=0.05)


@pytest.mark.parametrize(("d", "rate"), [(2, 1.0), (3, 0.5), (3, 1.0), (5, 1.7)])
def test_delta_moments_within_four_standard_errors_at_every_age(d, rate):
    """At widths where a wrong d + 1 for d + 2 would show; standard errors are below 1 %."""
    n_draws, n = 40_000, 7
    chance = generator(d)
    keys, values = (unit_vectors(n_draws, n, d, generator=chance) for _ in range(2))
    _, state = delta_rule(keys, keys, values, torch.full_like(keys[..., 0], rate))
    reads = keys @ state
    measured = (reads * values).sum(-1).flip(1), reads.square().sum(-1).flip(1)
    for each, predicted in zip(measured, theory.delta_moments(n, d, rate), strict=True):
        error = each.std(0) / math.sqrt(n_draws)
        assert (error <= 0.01 * predicted.abs().max()).all()
        assert ((each.mean(0) - predicted).abs() <= 4 * error + 1e-12).all()
