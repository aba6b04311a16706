import math

import numpy as np
import pytest
import torch

from attnkit.random_features import (
    AlongKey,
    Match,
    RandomFeatureAttention,
    Relu,
    Spectrum,
    approximation_bound,
    attention_kernel,
    attention_spectrum,
    complexity,
    deep_sets_spectrum,
    empirical_spectrum,
    excess_risk_bound,
    kernel_norm,
    key_power,
    learning_curve,
    log_slope,
    match_power,
    predicted_error,
    primal_system,
    sphere_tokens,
    target,
    tilted_match_power,
)
from attnkit.random_features.harmonics import legendre, multiplicity, quadrature
from attnkit.random_features.powers import Power

WIDTH, N_KEYS = 5, 3
SIZES = {"width": WIDTH, "n_keys": N_KEYS}
BETA = torch.eye(WIDTH, dtype=torch.float64)[0]


def relu(t):
    return np.maximum(t, 0.0)


def test_multiplicities_count_harmonics():
    assert [multiplicity(level, 3) for level in range(5)] == [1, 3, 5, 7, 9]
    assert [multiplicity(level, 16) for level in range(3)] == [1, 16, 135]


@pytest.mark.parametrize("width", [3, 16])
def test_gegenbauer_polynomials_are_orthogonal(width):
    nodes, weights = quadrature(width)
    rows = legendre(6, width, nodes)
    products = (rows * weights) @ rows.T
    wanted = np.diag([1.0 / multiplicity(level, width) for level in range(7)])
    np.testing.assert_allclose(products, wanted, atol=1e-13)


def test_the_spectrum_is_that_of_a_large_gram_matrix():
    """Eigenvalues of the kernel on a sample, over its size, estimate the exact ones."""
    tokens = sphere_tokens(1200, N_KEYS, WIDTH, generator=torch.Generator().manual_seed(0))
    sample, _ = empirical_spectrum(attention_kernel(tokens, tokens), tokens[0][:, 0])
    exact = attention_spectrum(**SIZES)
    counts = exact.multiplicities.round().astype(int).ravel()
    wanted = np.sort(np.repeat(exact.eigenvalues.ravel(), counts))[::-1]
    got = np.sort(sample.eigenvalues)[::-1]
    assert got[:10].mean() == pytest.approx(wanted[:10].mean(), rel=0.05)
    assert got[10:35].mean() == pytest.approx(wanted[10:35].mean(), rel=0.1)
    assert wanted[9] > 5 * wanted[10]
    assert got[9] > 5 * got[10]


@pytest.mark.parametrize("build", [attention_spectrum, deep_sets_spectrum])
def test_the_tail_shrinks_with_the_degree(build):
    tails = [build(**SIZES, degree=degree).tail for degree in (2, 5, 8)]
    assert tails[0] > tails[1] > tails[2] > 0


@pytest.mark.parametrize(
    ("power", "pair"),
    [
        (key_power(lambda t: t**3, **SIZES), AlongKey(BETA) ** 3),
        (match_power(relu, **SIZES), Relu(Match())),
        (tilted_match_power(relu, **SIZES), Relu(Match()) * AlongKey(BETA)),
        (tilted_match_power(lambda t: t**2, **SIZES), Match() ** 2 * AlongKey(BETA)),
    ],
)
def test_the_power_is_the_variance_of_the_target(power, pair):
    tokens = sphere_tokens(200_000, N_KEYS, WIDTH, generator=torch.Generator().manual_seed(1))
    assert float(target(pair, *tokens).var()) == pytest.approx(power.variance, rel=0.02)
    assert power.shares.sum() + power.rest == pytest.approx(1.0)


def test_the_power_of_a_tilted_match_by_projection():
    """Share at degrees (1, 0), (1, 2) of <q,k><beta,k>: its mean over k is <q,beta>/d."""
    power = tilted_match_power(lambda t: t, **SIZES)
    mean_part = (1.0 / WIDTH) ** 2 / WIDTH
    pair_part = 3.0 / (WIDTH * (WIDTH + 2)) / WIDTH + (WIDTH - 1) / WIDTH**2 / (WIDTH + 2)
    pair_part = 1.0 / WIDTH**2 - mean_part
    total = mean_part + pair_part / N_KEYS
    assert power.shares[1, 0] == pytest.approx(mean_part / total)
    assert power.shares[1, 2] == pytest.approx(pair_part / N_KEYS / total)
    assert power.shares.sum() == pytest.approx(1.0)


def test_kernel_norm_by_representation():
    """<beta,k> averaged has norm share / eigenvalue; the norm of relu(<q,k>) leaves the degrees."""
    spectrum = attention_spectrum(**SIZES)
    linear = key_power(lambda t: t, **SIZES)
    assert kernel_norm(spectrum, linear) == pytest.approx(1.0 / spectrum.eigenvalues[0, 1])
    assert math.isinf(kernel_norm(spectrum, match_power(relu, **SIZES)))


def gaussian_trial(eigenvalues, shares, *, n_samples, n_features, seed):
    """Best test error of ridge on Gaussian features projected to n_features random directions."""
    generator = torch.Generator().manual_seed(seed)
    n_modes = len(eigenvalues)
    modes = torch.randn(n_samples + 2000, n_modes, generator=generator, dtype=torch.float64)
    signs = torch.randn(n_modes, generator=generator, dtype=torch.float64).sign()
    targets = modes @ (signs * torch.from_numpy(shares).sqrt())
    features = modes * torch.from_numpy(eigenvalues).sqrt()
    if n_features < math.inf:
        mixing = torch.randn(n_modes, n_features, generator=generator, dtype=torch.float64)
        features = features @ mixing / n_features**0.5
    system = primal_system(features[:n_samples], targets[:n_samples, None])
    levels = torch.logspace(-6, 3, 40, dtype=torch.float64) * system.scale
    solutions = torch.stack([system.solve(level[None])[:, 0] for level in levels], dim=1)
    rest = targets[n_samples:, None] - features[n_samples:] @ solutions
    return float(rest.square().mean(0).min())


@pytest.mark.parametrize("n_features", [60, 240, math.inf])
@pytest.mark.parametrize("n_samples", [50, 150])
def test_predicted_error_against_gaussian_simulations(n_features, n_samples):
    eigenvalues = np.arange(1, 401) ** -1.5
    shares = np.arange(1, 401) ** -2.0
    shares /= shares.sum()
    spectrum = Spectrum(eigenvalues, np.ones(400), 0.0)
    wanted = predicted_error(spectrum, Power(shares, 0.0, 1.0), n_samples, n_features=n_features)
    trials = [
        gaussian_trial(eigenvalues, shares, n_samples=n_samples, n_features=n_features, seed=seed)
        for seed in range(6)
    ]
    assert np.mean(trials) == pytest.approx(wanted, rel=0.12)


def test_more_samples_and_more_features_never_predict_worse():
    spectrum, power = attention_spectrum(**SIZES), key_power(lambda t: t**2, **SIZES)
    curve = learning_curve(spectrum, power, np.array([8, 16, 64, 256, 1024]))
    assert (np.diff(curve) < 0).all()
    heads = [predicted_error(spectrum, power, 256, n_features=k) for k in (30, 120, 480, math.inf)]
    assert (np.diff(heads) < 0).all()


def test_the_old_name_of_the_sizes_works_and_is_told():
    spectrum, power = attention_spectrum(**SIZES), key_power(lambda t: t**2, **SIZES)
    with pytest.warns(DeprecationWarning, match="sample_sizes"):
        old = learning_curve(spectrum, power, n_samples=np.array([8, 16]))
    assert (old == learning_curve(spectrum, power, sample_sizes=np.array([8, 16]))).all()


@pytest.mark.claim("spectrum-predicts-learning")
def test_the_predicted_curve_is_the_measured_one():
    generator = torch.Generator().manual_seed(2)
    queries, keys = sphere_tokens(1600, N_KEYS, WIDTH, generator=generator)
    pairs = [AlongKey(BETA) ** 2, Relu(Match()) * AlongKey(BETA)]
    targets = torch.stack([target(pair, queries, keys) for pair in pairs], dim=1)
    spectrum = attention_spectrum(**SIZES)
    powers = [key_power(lambda t: t**2, **SIZES), tilted_match_power(relu, **SIZES)]
    model = RandomFeatureAttention(300, generator=generator)
    for n_samples in (60, 240):
        model.fit(queries[:n_samples], keys[:n_samples], targets[:n_samples])
        rest = targets[600:] - model.predict(queries[600:], keys[600:])
        errors = rest.square().mean(0) / targets[600:].var(0)
        for error, power in zip(errors, powers, strict=True):
            wanted = predicted_error(spectrum, power, n_samples, n_features=300 * (WIDTH + 1))
            assert float(error) == pytest.approx(wanted, rel=0.35, abs=0.02)


def test_an_empirical_spectrum_predicts_like_the_exact_one():
    tokens = sphere_tokens(900, N_KEYS, WIDTH, generator=torch.Generator().manual_seed(3))
    pair = AlongKey(BETA) ** 2
    sample = empirical_spectrum(attention_kernel(tokens, tokens), target(pair, *tokens))
    exact = attention_spectrum(**SIZES), key_power(lambda t: t**2, **SIZES)
    for n_samples in (20, 60):
        assert predicted_error(*sample, n_samples) == pytest.approx(
            predicted_error(*exact, n_samples), rel=0.2
        )


def test_an_empirical_spectrum_predicts_the_biased_model():
    """No closed form here: the spectrum of the biased kernel on a sample stands in for it."""
    generator = torch.Generator().manual_seed(5)
    queries, keys = sphere_tokens(1300, N_KEYS, WIDTH, generator=generator)
    values = target(Match() ** 2, queries, keys)
    half = queries[:500], keys[:500]
    kernel = attention_kernel(half, half, bias_scale=4.0)
    wanted = predicted_error(*empirical_spectrum(kernel, values[:500]), 60)
    model = RandomFeatureAttention(500, 4.0, generator=generator)
    model.fit(queries[500:560], keys[500:560], values[500:560])
    rest = values[560:] - model.predict(queries[560:], keys[560:])
    assert float(rest.square().mean() / values[560:].var()) == pytest.approx(wanted, rel=0.35)


@pytest.mark.claim("heads-converge")
@pytest.mark.parametrize("bias_scale", [0.0, 4.0])
def test_the_gram_matrix_converges_as_one_over_root_heads(bias_scale):
    generator = torch.Generator().manual_seed(4)
    tokens = sphere_tokens(13, N_KEYS, WIDTH, generator=generator)
    kernel = attention_kernel(tokens, tokens, bias_scale=bias_scale)
    heads = [25, 100, 400, 1600, 6400]
    errors, sizes = [], []
    for n_heads in heads:
        for _ in range(6):
            gram = RandomFeatureAttention(n_heads, bias_scale, generator=generator).gram(*tokens)
            errors.append(float((gram - kernel).norm() / kernel.norm()))
            sizes.append(n_heads)
    slope = log_slope(np.array(sizes), np.array(errors))
    assert slope.low < -0.5 < slope.high
    assert slope.high - slope.low < 0.3


def test_log_slope_of_a_power_law():
    x = np.array([1.0, 2.0, 4.0, 8.0])
    slope = log_slope(x, 3.0 * x**-0.7)
    assert slope.value == pytest.approx(-0.7)
    assert slope.high - slope.low < 1e-9


def test_the_bounds_have_their_form():
    b = complexity(AlongKey(BETA) ** 2, WIDTH)
    few = excess_risk_bound(b, width=WIDTH, n_heads=100, n_samples=1000)
    more = excess_risk_bound(4.0 * b, width=WIDTH, n_heads=100, n_samples=1000)
    assert more == pytest.approx(2.0 * few)
    statistical = math.sqrt(b * math.log(500) / 1000)
    assert few == pytest.approx(statistical + math.sqrt(b * (25 + math.log(100)) / 100))
    assert approximation_bound(b, width=WIDTH, n_heads=100) == pytest.approx(
        (25 + math.log(100)) * b / 5.0
    )


@pytest.mark.claim("bound-holds")
def test_measured_errors_stay_below_the_form_of_the_bound():
    """With every constant at 1 the bound is far above what is measured: it is an upper bound."""
    spectrum, power = attention_spectrum(**SIZES), key_power(lambda t: t**2, **SIZES)
    b = complexity(AlongKey(BETA) ** 2, WIDTH) / power.variance
    for n_samples in (64, 1024):
        bound = excess_risk_bound(b, width=WIDTH, n_heads=1000, n_samples=n_samples)
        assert predicted_error(spectrum, power, n_samples) < bound
