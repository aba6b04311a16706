"""The claims on scalable softmax, on other seeds and settings than they measure."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.diagnostics import entropy
from attnkit.length import ssmax_weights, theory
from attnkit.length.shared.needle import needle_weights
from attnkit.length.ssmax import claims
from attnkit.length.ssmax.recorded import learned_scales, real_scales


@pytest.mark.claim("dispersion-law")
def test_the_law_is_within_three_hundredths_up_to_a_spread_of_one():
    measured = claims.dispersion_law()
    assert max(measured["σ = 0.5"], measured["σ = 1.0"]) < 0.03
    assert measured["σ = 3.0"] > 0.5  # at 64 keys that is above the freezing spread
    for n in (64, 211, 1009, 32749):
        for spread in (0.1, 0.7, 1.0):
            error = theory.mean_entropy(n, spread) - theory.dispersed_entropy(n, spread)
            assert abs(error) < 0.03


@pytest.mark.claim("dispersion-law")
def test_sampled_rows_have_the_entropy_of_the_law():
    for seed in range(5):
        generator = torch.Generator().manual_seed(seed)
        scores = torch.randn(31, 16384, generator=generator)
        sampled = entropy(scores.softmax(-1)).mean().item()
        assert sampled == pytest.approx(math.log(16384) - 0.5, abs=0.02)


@pytest.mark.claim("needle-keeps-half")
def test_the_needle_keeps_half_at_every_length():
    measured = claims.needle_keeps_half()
    for n in claims.LENGTHS:
        assert measured[f"n = {n}"] == pytest.approx(n / (2 * n - 1), abs=1e-12)
    assert measured["n = 262144, softmax"] < 1e-4
    for lead in (1.0, 5.0):
        row = torch.zeros(1009, dtype=torch.float64)
        row[3] = lead
        assert ssmax_weights(row, 1 / lead)[3].item() == pytest.approx(1009 / 2017)


@pytest.mark.claim("no-scale-helps")
def test_no_scale_helps_where_a_rival_stands_higher():
    measured = claims.no_scale()
    assert measured["n = 64"] > 0.9
    assert measured["n = 16384"] < 0.01
    assert measured["n = 262144"] < 0.001
    for seed, scale in enumerate((1.0, 3.0, 6.0, 20.0)):
        generator = torch.Generator().manual_seed(seed)
        found = needle_weights(
            lambda rows, b=scale: (b * rows).softmax(-1),
            101,
            16384,
            gap=3.0,
            spread=1.0,
            generator=generator,
        )
        assert found.mean() < 0.02


@pytest.mark.claim("best-scale")
def test_the_best_scale_is_the_same_at_every_length():
    measured = claims.best_scale()
    for n in (64, 1024, 16384):
        at = {scale: measured[f"n = {n}, scale {scale}"] for scale in (3.5, 5.0, 7.0)}
        assert at[5.0] < min(at[3.5], at[7.0])


@pytest.mark.claim("best-scale")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_best_scale_over_seeds(seed):
    losses = {scale: claims.loss_at(1024, scale, seed=seed) for scale in (3.5, 5.0, 7.0)}
    assert losses[5.0] < min(losses[3.5], losses[7.0])


def test_at_the_best_scale_a_weight_is_the_chance_that_this_key_is_the_needle():
    """Any key may be the needle: Bayes' rule with two normal densities, on scores of a few keys."""
    generator = torch.Generator().manual_seed(0)
    row = 2 * torch.randn(7, generator=generator, dtype=torch.float64)
    gap, spread = 1.5, 0.8
    rival = torch.distributions.Normal(0.0, spread)
    needle = torch.distributions.Normal(gap, spread)
    joint = rival.log_prob(row).sum() - rival.log_prob(row) + needle.log_prob(row)
    torch.testing.assert_close((gap / spread**2 * row).softmax(-1), joint.softmax(-1))


@pytest.mark.claim("real-scales")
def test_a_scale_put_in_afterwards_flattens_the_entropy_and_moves_the_embedding():
    measured = claims.real_scale()
    assert 0.3 < measured["log n, slope"] < 0.65 * measured["softmax, slope"] < 0.65
    for name in ("log n", "0.43 log n", "times 1.5", "times 2.5", "entmax"):
        assert measured[f"{name}, cosine"] < 0.98
    assert real_scales()["softmax"]["cosine"].min() > 0.9999
    assert measured["0.43 log n, cosine"] < measured["log n, cosine"]


def test_short_rows_teach_what_the_page_says():
    """The recorded runs: five seeds, at 64, 1,024, 16,384 and 262,144 keys."""
    steady, noisy = learned_scales("steady needle"), learned_scales("noisy needle")
    assert steady["constant"]["weight"].shape == (5, 4)
    assert (steady["constant"]["weight"][:, -1] < 0.4).all()
    assert (steady["log n"]["weight"][:, -1] > 0.99).all()
    np.testing.assert_allclose(noisy["constant"]["scale"][:, 0], 5.0, atol=0.5)
    for longer in (1, 2, 3):
        plain, scaled = (noisy[form] for form in ("constant", "log n"))
        assert (scaled["weight"][:, longer] > plain["weight"][:, longer]).all()
        assert (scaled["loss"][:, longer] > plain["loss"][:, longer]).all()


@pytest.mark.parametrize(
    ("label", "rows", "form"),
    [
        ("*steady needle*, constant", "steady needle", "constant"),
        ("*noisy needle*, constant", "noisy needle", "constant"),
    ],
)
def test_the_page_s_table_is_the_recorded_run(label, rows, form):
    """The line of a constant, and that of s log n below it."""
    page = Path(__file__).parents[3] / "book" / "length" / "ssmax" / "chapter.md"
    lines = page.read_text().splitlines()
    (at,) = (i for i, line in enumerate(lines) if line.startswith(f"| {label} |"))
    for line, form_here in ((lines[at], form), (lines[at + 1], "log n")):
        found = learned_scales(rows)[form_here]
        for place, cell in enumerate(line.split("|")[2:-1]):
            told = [float(number) for number in re.findall(r"\d+\.\d+", cell)]
            means = [found[name][:, place].mean() for name in ("weight", "loss")]
            shown = told if len(told) == 2 else told[::2]
            for number, mean in zip(shown, means, strict=True):
                assert number == pytest.approx(mean, abs=0.051 if len(told) > 2 else 0.0051)
