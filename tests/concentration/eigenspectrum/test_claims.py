"""The claims on the spectrum, seed by seed."""

import pytest

from attnkit.concentration import spectrum
from attnkit.concentration.eigenspectrum import claims, score_matrix, self_weight
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
