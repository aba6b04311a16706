"""Words that `compute` puts at an axis: written, changed, read and saved; on a phone too."""

import xml.etree.ElementTree as ET

import pytest

from tests.explore.test_lettering import SPOKEN
from tests.front_end.conftest import state_of
from tests.front_end.test_jupyter_host import bench  # noqa: F401  (a fixture)
from tests.front_end.test_saving import downloaded

pytestmark = pytest.mark.browser

# Rows of ink below the plot, at the place of each tick.
HEIGHTS = """figure => {
  const canvas = figure.querySelector("canvas");
  const ratio = canvas.width / canvas.clientWidth;
  const { left, right, bottom } = figure.attnkit.frames[0];
  const context = canvas.getContext("2d");
  const lines = Math.round((canvas.clientHeight - bottom - 18) * ratio);
  return [1, 2, 3].map((place) => {
    const x = left + ((place - 0.5) / 3) * (right - left);
    const box = [x - 6, bottom + 3, 12].map((pixel) => Math.round(pixel * ratio));
    const { data } = context.getImageData(...box, lines);
    const inked = (y) => [...Array(box[2]).keys()].some((x) => data[4 * (y * box[2] + x) + 3] > 90);
    return [...Array(lines).keys()].filter(inked).length / ratio;
  });
}"""


def drawn_words(figure):
    root = ET.fromstring(downloaded(figure, "SVG").path().read_text())
    space = "{http://www.w3.org/2000/svg}"
    turned = [group for group in root.iter(f"{space}g") if "rotate" in group.get("transform", "")]
    return [node.text for group in turned for node in group.iter(f"{space}text")]


@pytest.mark.parametrize("width", [1280, 390])
def test_words_stand_upright_below_their_places_and_follow_the_choice(show, width):
    figure = show(SPOKEN, viewport={"width": width, "height": 844})
    one, none, tag = figure.evaluate(HEIGHTS)
    assert none == 0
    assert 3 < one < tag
    figure.get_by_label("text").select_option("long")
    state_of(figure)
    quoted, sign, longest = figure.evaluate(HEIGHTS)
    assert 3 < sign < quoted < longest
    assert longest > 40


def test_words_are_in_the_saved_drawing(show):
    figure = show(SPOKEN)
    assert drawn_words(figure) == ["a", "[SEP]"]
    figure.get_by_label("text").select_option("long")
    state_of(figure)
    assert drawn_words(figure) == ["“größer”", "€", "incompre…"]


def test_a_place_is_read_by_its_word(show):
    figure = show(SPOKEN)
    plot = figure.locator(".attnkit-plot")
    plot.press("ArrowRight")
    assert "a" in figure.locator(".attnkit-said[role=status]").inner_text()
    for _ in range(2):
        plot.press("ArrowRight")
    assert "[SEP]" in figure.locator(".attnkit-said[role=status]").inner_text()


def test_words_come_from_the_kernel_too(bench):  # noqa: F811
    here = bench(SPOKEN)
    before = here.figure.evaluate(HEIGHTS)
    here.figure.get_by_label("text").select_option("long")
    here.settle()
    here.reply()
    after = here.figure.evaluate(HEIGHTS)
    assert before[1] == 0
    assert after[1] > 3
    assert after[2] > before[2]
