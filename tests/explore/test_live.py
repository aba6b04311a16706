import numpy as np
import pytest

from attnkit.explore import live as live_module
from attnkit.explore.live import LiveFigure
from attnkit.explore.marks import TONES
from attnkit.explore.still import still_svg
from tests.explore.demo import DEMO


@pytest.fixture
def figure():
    return LiveFigure(DEMO)


def test_a_moved_slider_updates_the_traces_in_place(figure):
    area = figure.panels[0].figure.data[4]
    before = np.array(area.x)
    figure.controls["place"].value = 1.5
    np.testing.assert_allclose(area.x, before + 1.0)
    assert figure.values["place"] == 1.5


def test_every_control_reaches_compute(figure):
    figure.controls["count"].value = 7
    figure.controls["shape"].value = "peaked"
    figure.controls["words"].value = "free text of mine"
    expected = DEMO.compute(**figure.params())
    assert figure.params()["words"] == "free text of mine"
    for name, value in expected.items():
        np.testing.assert_array_equal(figure.values[name], value)


def test_a_text_that_compute_refuses_is_explained_and_nothing_is_lost(figure):
    before = figure.values
    figure.controls["words"].value = ""
    assert "words must not be empty" in figure.message.value
    assert figure.values is before


def test_reset_returns_to_the_first_setting(figure):
    figure.controls["place"].value = 1.5
    figure._on_reset(None)
    assert figure.params() == DEMO.defaults | {"lift": 0.0}


def test_hold_keeps_the_curves_of_before(figure):
    panel = figure.panels[0]
    panel.hold(True)
    held = np.array(panel.figure.data[5].x)
    figure.controls["place"].value = -1.0
    np.testing.assert_array_equal(panel.figure.data[5].x, held)
    assert panel.figure.data[5].visible is True
    panel.hold(False)
    assert panel.figure.data[5].visible is False


def test_code_and_csv_say_what_is_shown(figure):
    figure.controls["count"].value = 2
    figure._on_code(None)
    namespace = {}
    code = DEMO.as_code(figure.params())
    assert "count=2" in code
    exec(code.splitlines()[0], namespace)
    text = live_module._csv(figure.values)
    header = text.splitlines()[0].split(",")
    assert "bars" in header
    assert "matrix[6]" in header
    assert len(text.splitlines()) == 1 + 31


def test_an_undefined_readout_says_so(figure):
    assert "undefined" in figure.readouts.value
    figure.controls["width"].value = 1.5
    assert "undefined" not in figure.readouts.value


def test_the_still_picture_is_the_same_twice_and_holds_every_tone():
    picture = still_svg(DEMO)
    assert picture == still_svg(DEMO)
    assert TONES["density"].encode() in picture


def test_a_free_control_moves_in_jupyter_and_is_absent_from_the_page(figure):
    figure.controls["lift"].value = 0.7
    assert figure.values["half"] == pytest.approx(1.2)
    assert "lift" not in DEMO.sliders
    assert "lift" not in DEMO.static_grid()
    assert DEMO.compute(**DEMO.defaults)["half"] == 0.5
