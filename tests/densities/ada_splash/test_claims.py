"""The claims on passes and brackets, on other rows; the numbers of the page."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.densities.ada_splash import claims, histogram_bracket, scaled
from attnkit.explore import gallery

PAGE = Path(__file__).parents[3] / "book" / "densities" / "ada_splash" / "chapter.md"


@pytest.mark.claim("histogram-bracket")
def test_no_threshold_lies_outside():
    measured = claims.bracket_holds()
    assert measured["outside"] < 1e-12
    assert 0.3 < measured["mean place"] < 0.7


@pytest.mark.claim("histogram-bracket")
@pytest.mark.parametrize("seed", [1, 2])
def test_nor_with_ties_and_scores_on_the_edges(seed):
    generator = torch.Generator().manual_seed(seed)
    scores = torch.randint(-16, 1, (101, 41), generator=generator).double() / 8
    for alpha in (1.5, 2.0):
        for n_bins in (2, 8, 16):
            bracket = histogram_bracket(scaled(scores, alpha), alpha, n_bins)
            root = claims.threshold_of(scores, alpha)
            assert (bracket.low <= root + 1e-12).all()
            assert (root <= bracket.high + 1e-12).all()


@pytest.mark.claim("passes-of-a-threshold")
@pytest.mark.parametrize("n_keys", [1024, 4096])
def test_a_histogram_saves_half_a_pass_at_one_and_a_half_and_more_near_one(n_keys):
    found = claims.mean_passes(1, n_keys)
    for alpha in (1.1, 1.5, 2.0):
        by = {name: found[f"alpha = {alpha}, halley, {name}"] for name in claims.STARTS}
        assert by["64 bins"] < by["8 bins"] <= by["middle"]
        assert by["8 bins"] <= 2.5
        for rule in ("newton", "halley"):
            assert found[f"alpha = {alpha}, {rule}, middle"] < 7
        assert found[f"alpha = {alpha}, halving, middle"] > 15
    saved = {
        alpha: found[f"alpha = {alpha}, halley, middle"] - found[f"alpha = {alpha}, halley, 8 bins"]
        for alpha in (1.1, 1.5)
    }
    assert saved[1.5] < 1 < 1.5 < saved[1.1]


def test_the_page_s_table_is_what_is_counted():
    found = claims.mean_passes(0, 4096)
    lines = re.findall(r"^\| (1\.1|1\.5|2\.0), (\w+) \|(.*)\|$", PAGE.read_text(), re.MULTILINE)
    assert len(lines) == 5
    for alpha, rule, rest in lines:
        told = [float(cell) for cell in rest.split("|")]
        starts = ("far end", "middle", "8 bins")
        wanted = [found[f"alpha = {float(alpha)}, {rule.lower()}, {start}"] for start in starts]
        np.testing.assert_allclose(told, wanted, atol=0.051)


def test_from_the_far_end_the_histogram_looks_nearly_four_times_as_good():
    found = claims.mean_passes(0, 4096)
    far, middle, bins = (
        found[f"alpha = 1.5, halley, {start}"] for start in ("far end", "middle", "8 bins")
    )
    assert 3 < (far - bins) / (middle - bins) < 4


def test_the_claim_returns_what_it_speaks_of():
    assert len(claims.passes_needed()) == 6


def test_the_figure_s_bins_are_two_regimes():
    compute = gallery()["passes-to-a-threshold"].compute
    one, many = (compute(n_keys=512, alpha=1.1, n_bins=n) for n in (1, 64))
    assert many["count"] < one["count"]
    assert many["width"] < 0.02 < 0.4 < one["width"]
    plain = compute(n_keys=512, alpha=2.0, n_bins=1)
    np.testing.assert_allclose(plain["newton"], plain["halley"])
