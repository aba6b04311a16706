"""What the page on random features says, against the recorded run and on other lengths."""

import re
from pathlib import Path

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.linear_time.performer.claims import variance
from attnkit.linear_time.performer.recorded import real_rows
from attnkit.linear_time.shared.recorded import maps_by_passage, maps_in_mean

PAGE = Path(__file__).parents[3] / "book" / "linear_time" / "performer" / "chapter.md"
ROWS = {
    "64": "64 features",
    "256": "256 features",
    "1,024": "1024 features",
    "256, keys less their mean": "256, less mean key",
    "256, less the mean query too": "256, less mean key and query",
}


@pytest.mark.claim("random-features-variance")
def test_what_the_claim_shows_is_within_a_quarter_of_the_laws():
    found = variance()
    assert found["independent"] == pytest.approx(found["law"], rel=0.25)
    assert found["with opposites"] == pytest.approx(found["law, with opposites"], rel=0.25)
    assert found["orthogonal"] < found["law"]


@pytest.mark.parametrize(("label", "name"), ROWS.items())
def test_the_page_s_table_is_the_recorded_run(label, name):
    (line,) = (row for row in PAGE.read_text().splitlines() if row.startswith(f"| {label} |"))
    told = [float(number) for number in re.findall(r"\d\.\d+", line)]
    found = real_rows()[name]
    assert told[0] == pytest.approx(found["heads"].mean(), abs=0.0051)
    assert told[1] == pytest.approx(found["same_highest"], abs=0.0051)


def test_what_the_page_holds_the_table_against():
    text = " ".join(PAGE.read_text().split())
    first = maps_in_mean("raw")["uniform"]["same_highest"]  # of equal weights the first
    assert f"| none: the first token, always | – | {first:.2f} |" in text
    independent = [maps_by_passage(way)["FAVOR+ 256"].mean() for way in ("raw", "key", "both")]
    assert "to {:.2f}, 1.25 to {:.2f}, the last 0.70 to {:.2f}".format(*independent) in text


def test_more_features_are_nearer_and_the_best_shift_is_of_both_means():
    found = real_rows()
    apart = [found[f"{m} features"]["passages"] for m in (64, 256, 1024)]
    assert all(len(each) == 30 for each in apart)
    assert (apart[0] > apart[1]).all()
    assert (apart[1] > apart[2]).all()
    both, centred = (found[ROWS[label]]["passages"] for label in [*ROWS][:2:-1])
    assert both.mean() < apart[1].mean() < centred.mean()


def test_the_figure_shows_what_its_caption_says():
    compute = gallery()["performer-error"].compute
    short, long = compute(length=0.5, redraws=1), compute(length=3.0, redraws=1)
    assert round(short["needed"]) == 28
    assert long["needed"] == pytest.approx(810_000, rel=0.01)
    np.testing.assert_allclose(short["independent"][2:], short["independent"][:-2] / 2)
    assert (short["orthogonal"] < 1.1 * short["independent"]).all()
    assert (long["orthogonal"] < 0.5 * long["independent"]).all()
    assert (long["path"][:4] < 1).all()
    more = compute(length=0.5, redraws=4)
    np.testing.assert_allclose(more["independent"], short["independent"] / 2)
    assert more["needed"] == pytest.approx(short["needed"] / 4)
    np.testing.assert_allclose(more["orthogonal"], short["orthogonal"] / 2, rtol=0.15)
    assert not np.allclose(more["orthogonal"], short["orthogonal"] / 2, rtol=1e-6)  # drawn
