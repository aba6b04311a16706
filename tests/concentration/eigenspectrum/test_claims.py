"""The claims on the spectrum, seed by seed."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from attnkit.concentration import spectrum
from attnkit.concentration.eigenspectrum import claims, score_matrix, self_weight, witness
from attnkit.trained import heads
from tests.concentration.eigenspectrum.test_spectrum import seeded


@pytest.mark.claim("qk-neither-collapse")
@pytest.mark.parametrize("seed", range(5))
def test_equal_eigenvalues_pass_between_the_collapses(seed):
    flat, between, sharp = (claims.measured_place(t, 0.0, seed=seed) for t in (0.0, 3.0, 12.0))
    assert flat.entropy.item() == pytest.approx(1)
    assert flat.cosine.item() == pytest.approx(1)
    assert 0.7 < between.entropy < 0.85
    assert 0.05 < between.cosine < 0.35
    assert sharp.entropy < 0.03
    assert sharp.cosine < 0.05


@pytest.mark.claim("qk-neither-collapse")
@pytest.mark.parametrize("seed", range(5))
def test_unequal_eigenvalues_never_keep_the_entropy(seed):
    for trace in (0.0, 2.0, 4.0, 8.0, 12.0):
        place = claims.measured_place(trace, 0.5, seed=seed)
        assert place.entropy < 0.45
        assert place.cosine < 0.15


@pytest.mark.claim("qk-self-weight")
def test_the_law_is_met_while_the_scale_is_below_two():
    measured = claims.qk_self_weight()
    for name in measured:
        if not name.endswith("law"):
            assert measured[name] == pytest.approx(measured[f"{name}, law"], abs=0.03)


@pytest.mark.claim("qk-self-weight")
def test_beyond_a_scale_of_two_the_law_says_too_little():
    assert spectrum(score_matrix(64, 8.0, 0.5, generator=seeded())).scale > 4
    law = self_weight(8.0, 0.5, width=64, n_keys=32)
    assert claims.mean_place(8.0, 0.5, 20)[2] > law + 0.1


@pytest.mark.claim("qk-real-heads")
def test_trace_and_spread_have_the_same_signs_over_real_heads():
    """And the paper's sign of the spread only where the trace is held, for the self weight."""
    for of in ("trace", "eigenvalue_sd"):
        found = witness.rank_correlations(of)
        assert found["normalised_entropy"] < -0.6
        assert found["output_cosine"] < -0.6
        assert found["local_focus"] > 0.6
        assert found["self_weight"] > 0.6
    together = witness.rank_regression("self_weight")
    assert together["trace"] > 0.7
    assert -0.5 < together["spread"] < 0


def test_ranks_and_regression_are_those_of_scipy_and_of_normal_equations():
    known = heads()
    trace, spread = known["weighted_trace"], known["weighted_eigenvalue_sd"]
    assert len({*trace}) == len({*spread}) == 72  # no ties
    for measure, found in witness.rank_correlations("trace").items():
        assert found == pytest.approx(spearmanr(trace, known[measure])[0], abs=2e-3)
    causes = np.stack([rankdata(trace), rankdata(spread)], 1) - 36.5
    effect = rankdata(known["self_weight"]) - 36.5
    slopes = np.linalg.solve(causes.T @ causes, causes.T @ effect)
    together = witness.rank_regression("self_weight")
    assert [together["trace"], together["spread"]] == pytest.approx(slopes.tolist(), abs=2e-2)
    left = effect - causes @ slopes
    assert together["R²"] == pytest.approx(1 - left @ left / (effect @ effect), abs=1e-2)


def test_no_real_head_is_near_the_cap_of_its_rank():
    """A head of 32 features has a symmetric part of rank 64 at most, among 384."""
    known = heads()
    scale = np.hypot(
        np.sqrt(384) * known["weighted_eigenvalue_sd"], known["weighted_trace"] / np.sqrt(384)
    )
    concentration = known["weighted_trace"] / (np.sqrt(384) * scale)
    assert np.abs(concentration).max() < 0.2 < np.sqrt(64 / 384)


def test_a_good_quarter_of_the_plain_traces_is_negative():
    assert (heads()["trace"] < 0).mean() == pytest.approx(0.29, abs=0.005)
