"""The claim on Entropy-ABF over seeds."""

import pytest

from attnkit.diagnostics import effective_number
from attnkit.length.entropy_abf import claims, entropy_abf_weights


@pytest.mark.claim("entropy-abf-keys")
def test_a_row_of_256_times_as_many_keys_reads_a_few_times_as_many():
    measured = claims.entropy_abf_keys()
    assert measured["softmax"] > 100
    assert measured["Entropy-ABF"] < 5


@pytest.mark.claim("entropy-abf-keys")
@pytest.mark.parametrize("seed", range(1, 4))
def test_so_over_seeds(seed):
    before = effective_number(claims.rows(256, seed=seed).softmax(-1)).mean()
    long = claims.rows(65536, seed=seed)
    assert effective_number(long.softmax(-1)).mean() > 100 * before
    assert effective_number(entropy_abf_weights(long, 256)).mean() < 5 * before
