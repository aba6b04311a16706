"""Claims of this room: cheap, the same twice, and the closed-form ones true."""

import time

import numpy as np
import pytest
import torch

from attnkit.claims import Claim
from attnkit.icl import DirectHeads, RegressionTask, claims, sample_prompts
from attnkit.icl.experiments.plain import PLAIN_DESCENT, descended, flowed, gap

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


@pytest.mark.claim("plain-descent-and-flow")
def test_the_gap_to_the_flow_goes_with_the_rate_and_with_its_root():
    """Slopes on logarithmic axes, below the rate at which descent begins to swing."""
    rates = np.log([0.2, 0.1, 0.05, 0.025, 0.0125])
    measured = claims.plain_descent_and_flow()
    slopes = {
        batch: np.polyfit(
            rates, np.log([measured[f"{batch}, rate {r:g}"] for r in np.exp(rates)]), 1
        )
        for batch in ("all", "256", "32")
    }
    assert slopes["all"][0] == pytest.approx(1, abs=0.02)
    assert slopes["256"][0] == pytest.approx(0.54, abs=0.005)
    assert slopes["32"][0] == pytest.approx(0.63, abs=0.005)
    assert measured["all, rate 0.0125"] < 0.002
    assert measured["256, rate 0.0125"] == pytest.approx(0.02, abs=0.003)
    assert measured["32, rate 0.0125"] == pytest.approx(0.06, abs=0.005)
    ratios = [measured[f"32, rate {r:g}"] / measured[f"256, rate {r:g}"] for r in np.exp(rates)]
    assert ratios[:2] == pytest.approx([3.5, 3.5], abs=0.1)
    assert ratios[2:] == pytest.approx([8**0.5] * 3, rel=0.05)


def test_the_gap_of_another_start_halves_with_the_rate():
    """A small pool of its own, another seed: the order of Euler's method."""
    case = {"pool": 101, "n_inits": 2, "n_reports": 5, "rates": [0.1, 0.05, 0.025]}
    found = PLAIN_DESCENT.run(case, seed=7, device="cpu")
    gaps = np.array(found["all"])
    np.testing.assert_allclose(gaps[:-1] / gaps[1:], 2, rtol=0.06)
    assert (np.array(found["32"]) > gaps).all()


def test_the_flow_is_the_limit_of_descent_and_descends():
    task = RegressionTask(d=3, n_examples=7)
    chance = torch.Generator().manual_seed(0)
    prompts = sample_prompts(task, 53, generator=chance, dtype=torch.float64)
    heads = DirectHeads(task, n_heads=2, size=0.1, generator=chance).double()
    start = torch.cat([p.detach().flatten(1) for p in heads.parameters()], -1)
    flow = flowed(heads, prompts, 2)
    with torch.no_grad():
        for parameter, part in zip(heads.parameters(), start.split([24, 8], -1), strict=True):
            parameter.copy_(part.reshape(parameter.shape))
    path = descended(heads, lambda: prompts, 0.0005, 2)
    torch.testing.assert_close(path[0], start)
    torch.testing.assert_close(path, flow, rtol=0, atol=1e-3)
    assert gap(path, flow).max() < 1e-3
    assert (flow[2] - flow[0]).norm() > 0.05
