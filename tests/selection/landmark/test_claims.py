"""The claims on landmark attention, on other seeds and settings than they measure."""

import re
from pathlib import Path

import pytest
import torch

from attnkit.selection import landmark_weights, mean_landmarks, true_landmarks
from attnkit.selection.landmark import claims
from attnkit.selection.landmark.recorded import SUMMARY
from attnkit.selection.landmark.toy import RECENT, landmarks_of, needle_row

PAGE = Path(__file__).parents[3] / "book" / "selection" / "landmark" / "chapter.md"


def page_numbers(label):
    """The decimal numbers of a claim on the page."""
    (text,) = re.findall(rf"```{{claim}} {label}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [float(number) for number in re.findall(r"\d\.\d+", text)]


@pytest.mark.claim("landmark-is-log-sum-exp")
@pytest.mark.parametrize("size", [3, 8, 56, 64])
def test_the_log_sum_exp_loses_nothing_and_a_mean_does(size):
    measured = claims.exact_landmark()
    assert measured["log-sum-exp"] < 1e-14
    assert min(measured["mean"], measured["mean and log B"]) > 0.5
    rows = torch.stack([needle_row(6.0, seed=seed) for seed in range(7)])
    for kind, most in (("log-sum-exp", 1e-14), ("mean", None)):
        given = {"size": size, "recent": RECENT, "landmarks": landmarks_of(rows, size, kind)}
        away = (landmark_weights(rows, **given) - rows.softmax(-1)).abs().max()
        assert away > 0.1 if most is None else away < most


@pytest.mark.claim("mean-says-less")
def test_means_leave_recent_keys_too_much():
    measured = claims.mean_says_less()
    told = page_numbers("mean-says-less")
    order = ("log-sum-exp", "mean", "mean and log B")
    assert told == [pytest.approx(measured[kind], abs=0.0051) for kind in order]
    assert measured["least gap"] > 0
    for seed in range(1000, 1010):
        rows = torch.stack([needle_row(4.0, seed=100 * seed + i) for i in range(50)])
        weights = {}
        for kind in order:
            given = {"size": 8, "recent": RECENT, "landmarks": landmarks_of(rows, 8, kind)}
            weights[kind] = landmark_weights(rows, **given)[:, RECENT].sum(-1).mean()
        assert weights["mean"] > 5 * weights["log-sum-exp"]
        assert weights["mean"] > 2.5 * weights["mean and log B"]
        assert (mean_landmarks(rows, size=7) <= true_landmarks(rows, size=7)).all()


@pytest.mark.claim("landmark-real-blocks")
def test_on_real_heads_the_log_sum_exp_finds_most_then_the_bound():
    measured = claims.real_blocks()
    masses = [measured[f"{way}, mass"] for way in claims.WAYS]
    assert masses[0] + 0.02 < masses[1] < masses[2] - 0.02
    assert page_numbers("landmark-real-blocks") == [pytest.approx(m, abs=0.0051) for m in masses]
    densities = [measured[f"{way}, density"] for way in claims.WAYS]
    assert max(densities) - min(densities) < 0.01
    harness = SUMMARY["selection-landmark-real"]
    for budget in ("1/16", "1/8", "1/4"):
        found = [harness[f"{way}, blocks of 8"][budget]["mass"] for way in claims.WAYS]
        assert all(c <= best + 1e-3 for c, best in zip(found[0], found[2], strict=True))


@pytest.mark.claim("landmark-real-recent")
def test_on_real_heads_means_leave_recent_keys_too_much():
    measured = claims.real_recent()
    told = page_numbers("landmark-real-recent")
    order = ("log-sum-exp", "mean", "mean and log B")
    assert told == [pytest.approx(measured[kind], abs=0.0051) for kind in order]
    assert measured["mean"] > measured["mean and log B"] > measured["log-sum-exp"]
    assert measured["mean"] / measured["log-sum-exp"] == pytest.approx(7, abs=0.3)
    blocks = claims.real_blocks()
    assert blocks["mean key, mass"] > 0.8 * blocks["log-sum-exp, mass"]
