import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from attnkit.random_features import (
    FixedLevel,
    GeneralisedCrossValidation,
    NormBound,
    dual_system,
    primal_system,
)


def problem(n_samples, n_features, n_targets=3, seed=0):
    generator = torch.Generator().manual_seed(seed)
    features = torch.randn(n_samples, n_features, generator=generator, dtype=torch.float64)
    targets = torch.randn(n_samples, n_targets, generator=generator, dtype=torch.float64)
    return features, targets


def hat_matrix(features, level):
    """Smoother of centred ridge with intercept, from the normal equations."""
    n_samples, n_features = features.shape
    centred = features - features.mean(0)
    penalised = centred.T @ centred + level * torch.eye(n_features, dtype=features.dtype)
    return centred @ torch.linalg.solve(penalised, centred.T) + 1.0 / n_samples


@settings(deadline=None, max_examples=25)
@given(
    n_samples=st.integers(2, 23),
    n_features=st.integers(1, 29),
    level=st.floats(1e-3, 1e3),
    seed=st.integers(0, 1000),
)
@pytest.mark.claim("primal-is-dual")
def test_primal_equals_dual(n_samples, n_features, level, seed):
    features, targets = problem(n_samples, n_features, seed=seed)
    levels = torch.full((3,), level, dtype=torch.float64)
    primal = primal_system(features, targets).solve(levels)
    dual = features.T @ dual_system(features @ features.T, targets).solve(levels)
    torch.testing.assert_close(primal, dual, atol=1e-8, rtol=1e-8)


@pytest.mark.parametrize("shape", [(17, 5), (11, 31)])
@pytest.mark.parametrize("build", ["primal", "dual"])
def test_residual_freedom_and_norm_match_the_normal_equations(shape, build):
    features, targets = problem(*shape)
    system = (
        primal_system(features, targets)
        if build == "primal"
        else dual_system(features @ features.T, targets)
    )
    for level in (0.01, 0.7, 30.0):
        levels = torch.full((1, 3), level, dtype=torch.float64)
        smoother = hat_matrix(features, level)
        residual = (targets - smoother @ targets).square().sum(0)
        torch.testing.assert_close(system.residual(levels)[0], residual)
        left = len(features) - smoother.trace()
        torch.testing.assert_close(system.freedom_left(levels)[0], left.expand(3))
        coefficients = primal_system(features, targets).solve(levels[0])
        torch.testing.assert_close(system.squared_norm(levels)[0], coefficients.square().sum(0))


def test_cross_validated_level_is_the_best_of_a_brute_force_scan():
    features, noise = problem(47, 7)
    targets = features[:, :3] * torch.tensor([1.0, 0.3, 0.0]) + noise
    system = primal_system(features, targets)
    chosen = GeneralisedCrossValidation()(system)
    candidates = torch.logspace(-6, 4, 81, dtype=torch.float64) * system.scale
    for column in range(3):
        scores = []
        for level in candidates:
            smoother = hat_matrix(features, level)
            rest = targets[:, column] - smoother @ targets[:, column]
            scores.append(rest.square().sum() / (47 - smoother.trace()) ** 2)
        torch.testing.assert_close(chosen[column], candidates[torch.stack(scores).argmin()])


def test_noise_asks_for_a_higher_level_than_a_clean_target():
    features, noise = problem(61, 13)
    clean, dirty = features[:, :3], 0.05 * features[:, :3] + noise
    choose = GeneralisedCrossValidation()
    clean_level = choose(primal_system(features, clean))
    dirty_level = choose(primal_system(features, dirty))
    assert (clean_level < 1e-3 * dirty_level).all()


@settings(deadline=None, max_examples=25)
@given(radius=st.floats(1e-3, 10.0), seed=st.integers(0, 1000))
def test_norm_bound_never_exceeds_its_radius(radius, seed):
    features, targets = problem(13, 19, seed=seed)
    system = dual_system(features @ features.T, targets)
    level = NormBound(radius)(system)
    norms = system.squared_norm(level[None])[0].sqrt()
    free = system.squared_norm(torch.full((1, 3), 1e-12 * system.scale).double())[0].sqrt()
    assert (norms <= radius * (1 + 1e-9)).all()
    torch.testing.assert_close(norms, free.clamp(max=radius), rtol=1e-6, atol=1e-9)


def test_more_restraint_fits_worse_and_has_smaller_norm():
    features, targets = problem(23, 31)
    system = dual_system(features @ features.T, targets)
    levels = torch.logspace(-3, 3, 7, dtype=torch.float64)[:, None]
    assert (system.residual(levels).diff(dim=0) > 0).all()
    assert (system.squared_norm(levels).diff(dim=0) < 0).all()


def test_fixed_level_is_the_same_for_every_target():
    features, targets = problem(11, 5)
    level = FixedLevel(0.25)(primal_system(features, targets))
    assert level.tolist() == [0.25, 0.25, 0.25]
