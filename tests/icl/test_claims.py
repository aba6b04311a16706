"""Claims of this room: cheap, the same twice, and the closed-form ones true."""

import time

import pytest

from attnkit.claims import Claim
from attnkit.icl import claims

OURS = [thing for thing in vars(claims).values() if isinstance(thing, Claim)]


@pytest.mark.parametrize("claim", OURS, ids=lambda claim: claim.name)
def test_every_claim_is_cheap_and_deterministic(claim):
    start = time.process_time()
    numbers = claim()
    assert time.process_time() - start < 3  # a second on a quiet core
    assert claim() == numbers


@pytest.mark.claim("nearly-bayes-where")
def test_nearly_bayes_needs_noise_or_few_examples_per_dimension():
    ratios = claims.nearly_bayes_where()
    assert ratios["d/L 0.125, noise 0.1"] > 1.9
    assert ratios["d/L 0.125, noise 3"] < 1.05
    assert ratios["d/L 0.5, noise 0.1"] > ratios["d/L 0.5, noise 1"] > ratios["d/L 0.5, noise 3"]


def test_one_rate_cannot_replace_the_preconditioner():
    risks = claims.anisotropic_optimum()
    assert risks["one rate"] > 1.3 * risks["preconditioner"]


def test_a_zero_sum_is_worth_a_quarter():
    found = claims.zero_sum_in_one_line()
    assert found["sum 3, formula"] - found["sum 0, formula"] == pytest.approx(0.248, abs=0.01)
    assert found["sum 3, sampled"] == pytest.approx(found["sum 3, formula"], abs=0.01)
