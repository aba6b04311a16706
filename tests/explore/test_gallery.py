"""Looking for a figure: a short table, the nearest name, and what is left out."""

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.explore.gallery import Gallery
from tests.explore.demo import DEMO


def test_the_gallery_prints_one_short_line_for_each_figure():
    lines = repr(gallery()).splitlines()
    assert [line.split()[0] for line in lines] == list(gallery())
    assert max(map(len, lines)) <= 100
    assert gallery()["finite-entmax"].title in repr(gallery())


def test_in_a_notebook_it_is_a_table_with_the_sliders():
    shown = Gallery({"demo": DEMO})._repr_html_()
    assert shown.count("<tr>") == 2
    assert all(name in shown for name in ("demo", DEMO.title, *DEMO.sliders))


def test_a_figure_prints_on_one_line():
    shown = repr(gallery()["finite-entmax"])
    assert shown.startswith("<Explorable 'finite-entmax': ")
    assert "alpha, temperature" in shown
    assert len(shown) <= 120


@pytest.mark.parametrize("name", ["finite_entmax", "Finite Entmax", "finite-entmacs"])
def test_a_misspelt_name_is_answered_by_the_nearest(name):
    with pytest.raises(KeyError, match="did you mean 'finite-entmax'"):
        gallery()[name]


def test_a_name_far_from_any_lists_them_all():
    with pytest.raises(KeyError, match=r"there are .*finite-entmax"):
        gallery()["zzz"]
    assert gallery().get("zzz") is None


def test_compute_takes_the_defaults_for_what_is_left_out():
    figure = gallery()["finite-entmax"]
    whole = figure.compute(**figure.defaults | {"alpha": 2.0})
    for name, value in figure.compute(alpha=2.0).items():
        np.testing.assert_array_equal(value, whole[name])
    with pytest.raises(TypeError, match="alhpa"):
        figure.compute(alhpa=2.0)
