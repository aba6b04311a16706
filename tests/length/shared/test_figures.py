"""What the room's two figures are there to show, and the numbers that its story reads off them."""

import pickle

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def needle():
    return gallery()["who-finds-the-needle"].compute


def test_all_scales_are_one_where_a_model_was_trained(needle):
    values = needle(gap=4.0, spread=1.0)
    here = list(values["length"]).index(64)
    for name in ("root", "log"):
        assert values[name][here] == pytest.approx(values["softmax"][here], abs=1e-6)
    assert values["asentmax"][here] == pytest.approx(values["entmax"][here], abs=1e-6)


def test_the_story_says_what_the_figure_shows(needle):
    values = needle(gap=6.0, spread=1.0)
    last = {name: values[name][-1] for name in ("softmax", "root", "log", "entmax", "asentmax")}
    at = {n: values["softmax"][list(values["length"]).index(n)] for n in (64, 1024)}
    assert at[64] == pytest.approx(0.80, abs=0.005)
    assert at[1024] == pytest.approx(0.19, abs=0.005)
    assert last["softmax"] < 0.001
    assert last["root"] == pytest.approx(0.03, abs=0.005)
    assert last["log"] == pytest.approx(0.74, abs=0.005)
    assert last["entmax"] == pytest.approx(0.90, abs=0.005)
    assert last["asentmax"] == 1.0
    assert values["lssar"][-1] == pytest.approx(0.94, abs=0.005)
    assert values["lssa"][list(values["length"]).index(64)] < 0.11


def test_beyond_the_line_everyone_goes_down_the_sparse_maps_first(needle):
    values = needle(gap=6.0, spread=2.0)
    assert values["limit"] == pytest.approx(90, abs=0.5)
    for name in ("softmax", "root", "log", "entmax", "asentmax", "lssa", "lssar"):
        beyond = values[name][values["length"] > values["limit"]]
        assert (np.diff(beyond) <= 0).all()
        assert beyond[-1] < 0.01
    assert values["asentmax"][-3] == 0 < values["softmax"][-3]
    assert np.isnan(needle(gap=8.0, spread=0.5)["limit"])


def test_in_the_plane_softmax_drifts_and_scalable_softmax_less():
    figure = gallery()["length-plane"]
    names = [mark.names for mark in figure.panels[0].marks if getattr(mark, "names", ())]
    own, other = (list(each) for each in names)
    short, long = (figure.compute(n=n, gap=3.0, spread=1.0) for n in (128, 2048))
    drift = {
        name: long[f"{kind}_keys"][i] / short[f"{kind}_keys"][i]
        for kind, listed in (("own", own), ("other", other))
        for i, name in enumerate(listed)
    }
    assert drift["softmax"] > 10
    assert drift["scalable softmax"] < drift["softmax"]
    assert drift["LSSA"] > 10 > drift["adaptive-scalable entmax"]


@pytest.mark.parametrize(
    "name", ["who-finds-the-needle", "length-plane", "needle-and-length", "sparse-needle"]
)
def test_a_figure_can_be_sent_to_the_processes_that_sample_it(name):
    compute = pickle.loads(pickle.dumps(gallery()[name].compute))
    assert compute().keys() == gallery()[name].compute().keys()
