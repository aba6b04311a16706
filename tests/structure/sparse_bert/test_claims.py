"""The claims on attention without its diagonal, and its figure."""

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.structure.sparse_bert import claims
from attnkit.structure.sparse_bert.experiments import digits, real_offsets
from attnkit.structure.sparse_bert.recorded import OFFSETS, losses
from attnkit.structure.sparse_bert.recorded import real_offsets as recorded_offsets
from tests.trained.models import needs_encoder


@pytest.mark.claim("diagonal-of-digits")
def test_models_trained_without_the_diagonal_do_not_miss_it():
    for kind in ("residual", "no residual"):
        assert abs(claims.spreads_apart(kind, "0")) <= 2
        assert len(losses(kind, "0")) == 3


@pytest.mark.claim("diagonal-of-an-encoder")
def test_an_encoder_trained_with_the_diagonal_misses_it():
    found = claims.diagonal_of_encoder()
    assert 0.01 < found["distance 0"] < found["distance 1"] / 3
    assert found["distance 0"] > 2 * found["as many random pairs"]
    assert found["distance 0"] == pytest.approx(found["distance 2"], rel=0.5)
    assert 0.2 < found["first column"] < 0.35
    moved = recorded_offsets()["moved"]
    assert (moved[:, 0] < moved[:, 1]).mean() > 0.9


def test_the_page_s_weight_of_the_diagonal_is_recorded():
    assert recorded_offsets()["mass"][:, 0].mean() == pytest.approx(0.06, abs=0.005)


def test_a_quick_unit_runs_twice_alike():
    case = digits.OFFSET_DIGITS.cases["quick"][1]
    first, second = (digits.run(case, seed=0, device="cpu") for _ in range(2))
    assert first == second
    assert first["pairs"] == round(15 / 16, 4)


@needs_encoder
def test_a_real_passage_is_read_as_recorded():
    found = real_offsets.run({"passage": 3}, seed=0, device="cpu")
    recorded = {name: each[3] for name, each in recorded_offsets().items()}
    np.testing.assert_allclose(found["mass"], recorded["mass"], atol=1e-3)
    np.testing.assert_allclose(found["moved"], recorded["moved"], atol=2e-3)


def test_the_figure_marks_a_distance():
    values = gallery()["without-a-distance"].compute(distance=1, kind="residual")
    assert values["costs"] == pytest.approx(values["moved"].max())
    other = gallery()["without-a-distance"].compute(distance=1, kind="no residual")
    assert other["whole"] != values["whole"]


@pytest.mark.claim("diagonal-of-digits")
def test_seeds_lie_as_far_apart_as_the_page_says():
    for kind, ends in (("residual", (0.24, 0.28)), ("no residual", (0.19, 0.55))):
        whole = losses(kind, "")
        assert (whole.min(), whole.max()) == pytest.approx(ends, abs=0.0051)


def test_a_passage_without_a_distance_has_no_part_in_its_mean():
    found, at = recorded_offsets(), OFFSETS.index(8)
    short = found["n"] <= 8
    assert short.sum() == 2
    assert np.isnan(found["mass"][short, at]).all()
    assert not np.isnan(found["moved"][~short]).any()
    values = gallery()["without-a-distance"].compute(distance=8, kind="residual")
    assert values["held"] == pytest.approx(100 * found["mass"][~short, at].mean())
    assert values["costs"] == pytest.approx(found["moved"][~short, at].mean())


def test_the_mean_of_the_diagonal_alone_lies_above_the_band_and_no_other():
    for kind in ("residual", "no residual"):
        values = gallery()["without-a-distance"].compute(distance=1, kind=kind)
        assert (values["losses"] > values["high"]).tolist() == [False, False, False, True]
