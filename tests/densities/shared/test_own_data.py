"""A reader's own scores and signals take the place of a figure's own, at any scale."""

import numpy as np
import pandas as pd
import pytest
import torch

from attnkit.densities.finite import entmax
from attnkit.densities.shared.figures.own import reach
from attnkit.densities.values.thinned_gesture import kept_samples
from attnkit.explore import Numbers, gallery
from attnkit.explore.wire import unpacked

SCORES = np.random.default_rng(5).normal(40.0, 20.0, size=23)
SIGNAL = 1000 * np.sin(np.linspace(0, 9, 131)) + 5000
WITH_OWN = [
    (figure.name, hand.name)
    for figure in gallery().values()
    for hand in figure.free
    if isinstance(hand, Numbers)
]


@pytest.mark.parametrize("alpha", [1.0, 1.5, 2.0])
def test_own_scores_give_the_weights_of_entmax_for_every_key(alpha):
    shown = gallery()["finite-entmax"].compute(alpha=alpha, temperature=2.0, scores=SCORES)
    weights = entmax(torch.from_numpy(SCORES) / 2.0, alpha)
    np.testing.assert_allclose(shown["weight"], weights)
    np.testing.assert_array_equal(shown["score"], SCORES)
    np.testing.assert_array_equal(shown["key"], np.arange(1, 24))
    assert shown["best"] == pytest.approx(weights.max().item())
    if alpha > 1:
        kept = SCORES[weights > 0]
        assert shown["threshold"] < kept.min()
        lifted = (alpha - 1) * (kept - shown["threshold"]) / 2.0
        np.testing.assert_allclose(lifted ** (1 / (alpha - 1)), weights[weights > 0], rtol=1e-6)


def test_own_data_is_in_view():
    shown = gallery()["finite-entmax"].compute(alpha=1.5, scores=SCORES)
    seen = [*SCORES, shown["threshold"]]
    assert shown["low"] < min(seen) < max(seen) < shown["high"]
    assert shown["last"] > 23
    for name in ("signal-attention", "kernel-score"):
        shown = gallery()[name].compute(signal=SIGNAL)
        assert shown["low"] <= 0 < 6000 < shown["high"]
    shown = gallery()["attended-gesture"].compute(signal=SIGNAL)
    assert shown["low"] < shown["query_level"].min() < np.nanmax(shown["seen"]) < shown["high"]


def test_the_axis_of_equal_numbers_still_has_a_length():
    assert reach(3.0, np.array([3.0, np.nan])) == (2.5, 3.5)


def test_own_samples_are_thinned_like_the_recording():
    times, samples = kept_samples(0.5, own=tuple(SIGNAL))
    assert len(times) == round(0.5 * 131)
    assert times.min() >= 0
    assert times.max() <= 1
    places = (times * 130).round().long().numpy()
    np.testing.assert_array_equal(samples, SIGNAL[places])
    assert len(kept_samples(0.05, own=tuple(SIGNAL[:20]))[0]) == 2


def test_attention_to_an_own_signal_reads_its_mean_under_the_density():
    """A straight line is read at the middle of a symmetric density."""
    line = np.linspace(-3.0, 7.0, 301)
    shown = gallery()["signal-attention"].compute(share=0.4, location=0.5, signal=line)
    assert shown["context"] == pytest.approx(2.0, abs=0.05)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_an_own_signal_is_attended_alike_at_any_scale(scale):
    shown, scaled = (
        gallery()["attended-gesture"].compute(signal=factor * np.sin(np.linspace(0, 40, 211)))
        for factor in (1.0, scale)
    )
    np.testing.assert_allclose(scaled["score"], shown["score"], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(scaled["context"], scale * shown["context"], rtol=1e-6)
    assert shown["n_intervals"] > 1  # a wave resembles itself in every period


def test_an_own_signal_of_equal_numbers_has_a_density():
    shown = gallery()["attended-gesture"].compute(signal=np.full(50, 3.0))
    assert np.isfinite(shown["context"])
    assert np.nanmax(shown["sparse"]) == pytest.approx(1.0, abs=0.05)


def test_an_own_signal_is_read_alike_on_both_clocks():
    shown = gallery()["time-warping"].compute(signal=SIGNAL)
    assert shown["global"] == pytest.approx(shown["local"], rel=1e-9)
    assert 4000 < shown["local"] < 6000


def test_an_own_score_runs_from_minus_to_plus_the_amplitude():
    shown = gallery()["three-normalisations"].compute(amplitude=3.0, scores=[5.0, 7.0, 6.0])
    assert shown["shape"].min() == pytest.approx(-1, abs=0.02)
    assert shown["shape"].max() == pytest.approx(1, abs=0.02)
    assert shown["time"][shown["shape"].argmax()] == pytest.approx(0.5, abs=0.01)
    level = gallery()["three-normalisations"].compute(scores=[2.0, 2.0])
    assert np.ptp(level["density_threshold"]) < 1e-12


@pytest.mark.parametrize(("name", "hand"), WITH_OWN)
def test_a_pandas_column_reaches_the_live_figure(name, hand):
    column = pd.DataFrame({"mine": SIGNAL})["mine"]
    figure = gallery()[name].show(**{hand: column})
    assert figure.params[hand] == tuple(SIGNAL)
    own = gallery()[name].compute()
    moved = unpacked(figure.first)[1]
    assert moved.keys() == own.keys()
    assert not all(np.array_equal(moved[key], own[key], equal_nan=True) for key in own)
    figure.params = {hand: None}
    for key, value in figure.values.items():
        np.testing.assert_array_equal(value, own[key])
