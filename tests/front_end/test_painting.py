"""What is painted: pixels of a known line, bar and heat cell, in both themes."""

from dataclasses import replace

import numpy as np
import pytest

from attnkit.explore import Axis, Bars, Explorable, Heat, Line, Panel, Points, Rule, Slider
from attnkit.explore.marks import TONES
from attnkit.explore.spec import figure_spec
from tests.explore.demo import DEMO
from tests.front_end.conftest import state_of

pytestmark = pytest.mark.browser


def known(lift: float) -> dict:
    return {
        "ends": np.array([0.0, 1.0]),
        "line": np.array([0.0, 1.0]) + lift,
        "keys": np.array([1.0, 2.0]),
        "bars": np.array([0.5 + lift, 0.25]),
        "cells": np.array([[0.0, 1.0], [0.5, np.nan]]),
        "dot": np.array([0.25]),
    }


KNOWN = Explorable(
    name="known",
    title="Known places",
    compute=known,
    controls=[
        Slider(
            "lift", low=0.0, high=0.4, grid=5, default=0.0, step=0.1, meaning="raises line and bar"
        )
    ],
    panels=[
        Panel(
            Line("ends", "line"),
            Points("dot", (0.75,), size=9),
            x=Axis("x", (0, 1)),
            y=Axis("y", (0, 1)),
        ),
        Panel(Bars("keys", "bars", tone="value"), x=Axis(ends=(0.5, 2.5)), y=Axis(ends=(0, 1))),
        Panel(
            Heat("cells", low=0.0, high=1.0),
            Rule(1.2, tone="accent", dash=False),
            x=Axis(ends=(-0.5, 1.5)),
            y=Axis(ends=(-0.5, 1.5)),
        ),
    ],
    caption="Marks at places that the test knows.",
    alt="A line, two bars and four cells.",
)
PIXEL = """(figure, [panel, x, y]) => {
  const { left, top, right, bottom } = figure.attnkit.frames[panel];
  const canvas = figure.querySelectorAll("canvas")[panel];
  const ratio = canvas.width / canvas.clientWidth;
  const at = [left + x * (right - left), bottom - y * (bottom - top)];
  return [...canvas.getContext("2d").getImageData(...at.map((p) => p * ratio), 1, 1).data];
}"""


def rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def near(pixel, colour: str) -> bool:
    return pixel[3] > 250 and np.abs(np.subtract(pixel[:3], rgb(colour))).max() <= 3


@pytest.fixture(params=["light", "dark"])
def painted(request, show):
    figure = show(KNOWN, device_scale_factor=2)
    figure.page.evaluate(f"document.documentElement.dataset.theme = '{request.param}'")
    state_of(figure)
    return lambda *place: figure.evaluate(PIXEL, place), figure


def test_a_line_is_painted_where_its_data_lie_and_moves_with_them(painted):
    pixel, figure = painted
    assert near(pixel(0, 0.5, 0.5), TONES["density"])
    assert not near(pixel(0, 0.5, 0.7), TONES["density"])
    assert near(pixel(0, 0.25, 0.75), TONES["value"])
    figure.get_by_label("lift", exact=True).press("ArrowRight")
    figure.get_by_label("lift", exact=True).press("ArrowRight")
    state_of(figure)
    assert near(pixel(0, 0.5, 0.7), TONES["density"])
    assert not near(pixel(0, 0.5, 0.5), TONES["density"])


def test_bars_stand_on_zero_and_end_at_their_values(painted):
    pixel, _ = painted
    for place, height in ((0.25, 0.5), (0.75, 0.25)):
        assert near(pixel(1, place, 0.03), TONES["value"])
        assert near(pixel(1, place, height - 0.03), TONES["value"])
        assert not near(pixel(1, place, height + 0.03), TONES["value"])
    for edge in (0.25 - 0.1875, 0.25 + 0.1875):
        inward = 0.02 if edge < 0.25 else -0.02
        assert near(pixel(1, edge + inward, 0.1), TONES["value"])
        assert not near(pixel(1, edge - inward, 0.1), TONES["value"])


def test_cells_have_the_colours_of_their_values_and_nan_has_none(painted):
    pixel, _ = painted
    stops = figure_spec(KNOWN)["panels"][2]["layers"][0]["style"]["stops"]
    assert near(pixel(2, 0.2, 0.2), stops[0])
    assert near(pixel(2, 0.6, 0.2), stops[-1])
    assert near(pixel(2, 0.2, 0.7), stops[5])
    assert pixel(2, 0.6, 0.7)[3] < 60
    assert near(pixel(2, (1.2 + 0.5) / 2, 0.8), TONES["accent"])


def brightness_of_ticks(figure) -> float:
    """How bright the writing below the first plot is, from 0 to 255."""
    script = """figure => {
      const canvas = figure.querySelector("canvas");
      const ratio = canvas.width / canvas.clientWidth;
      const { left, right, bottom } = figure.attnkit.frames[0];
      const box = [left, bottom + 2, right - left, 20].map((p) => Math.round(p * ratio));
      const { data } = canvas.getContext("2d").getImageData(...box);
      const solid = [...data.keys()].filter((i) => i % 4 === 3 && data[i] > 200);
      return solid.map((i) => (data[i - 1] + data[i - 2] + data[i - 3]) / 3);
    }"""
    solid = figure.evaluate(script)
    assert len(solid) > 20
    return float(np.mean(solid))


def test_the_writing_follows_the_theme_in_the_next_frame(show):
    figure = show(KNOWN)
    assert brightness_of_ticks(figure) < 110
    figure.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    state_of(figure)
    assert brightness_of_ticks(figure) > 140


NAMED = Explorable(
    name="named",
    title="Dots with names",
    compute=lambda lift: {"x": np.array([0.5, 0.9, 0.5, 0.5, np.nan]), "y": np.full(5, 0.5 + lift)},
    controls=KNOWN.controls,
    panels=[
        Panel(
            Points("x", "y", size=12, names=["middle", "at the edge", "", "again", "nowhere"]),
            x=Axis("x", (0, 1)),
            y=Axis("y", (0, 1)),
        )
    ],
    caption="Dots with names.",
    alt="Dots.",
)
WRITTEN = """figure => {
  const canvas = figure.querySelector("canvas");
  const ratio = canvas.width / canvas.clientWidth;
  const { left, top, right, bottom } = figure.attnkit.frames[0];
  const at = (x) => left + x * (right - left);
  const half = (top + bottom) / 2;
  const ink = (from, to, above, below) => {
    const box = [from, half + above, to - from, below - above].map((p) => Math.round(p * ratio));
    const { data } = canvas.getContext("2d").getImageData(...box);
    return [...data.keys()].filter((i) => i % 4 === 3 && data[i] > 150).length;
  };
  return {
    right: ink(at(0.5) + 10, at(0.5) + 40, -5, 5),
    left: ink(at(0.5) - 40, at(0.5) - 10, -5, 5),
    above: ink(at(0.5) - 30, at(0.5) + 30, -22, -9),
    edge: ink(at(0.9) - 40, at(0.9) - 10, -5, 5),
    beyond: ink(at(0.9) + 10, right - 1, -5, 5),
  };
}"""


def test_names_stand_where_they_cover_nothing(show):
    """The first to the right, the next at the same dot to the left, one at the edge inside."""
    written = show(NAMED).evaluate(WRITTEN)
    assert min(written["right"], written["left"], written["edge"]) > 20
    assert written["beyond"] == written["above"] == 0


STRUCK = replace(
    NAMED,
    name="struck",
    compute=lambda lift: {
        "x": np.array([0.5]),
        "y": np.array([0.5 + lift]),
        "ends": np.array([0.0, 1.0]),
    },
    panels=[
        Panel(
            Line("ends", [0.5, 0.5]),
            Points("x", "y", size=12, names=["middle"]),
            x=Axis("x", (0, 1)),
            y=Axis("y", (0, 1)),
        )
    ],
)


def test_a_name_stands_where_no_curve_strikes_it_out(show):
    assert show(STRUCK).evaluate(WRITTEN)["above"] > 20


def test_a_dot_is_read_by_its_name(show):
    figure = show(NAMED)
    told = []
    for _ in range(4):
        figure.locator(".attnkit-plot").press("ArrowRight")
        told.append(figure.locator(".attnkit-said[role=status]").inner_text().split(":")[0])
    assert told == ["middle", "at the edge", "y", "again"]


@pytest.mark.parametrize("ratio", [1, 1.5, 3])
def test_a_canvas_has_a_pixel_for_each_of_the_screen(show, ratio):
    figure = show(DEMO, device_scale_factor=ratio)
    sizes = "c => [c.width, c.clientWidth, c.height, c.clientHeight]"
    for canvas in figure.locator("canvas").all():
        width, shown, height, tall = canvas.evaluate(sizes)
        assert abs(width - ratio * shown) <= 1
        assert abs(height - ratio * tall) <= 1


def test_a_move_paints_only_the_panels_whose_arrays_changed(show):
    figure = show(DEMO)
    counted = """figure => {
      window.cleared = [0, 0, 0];
      const canvases = [...figure.querySelectorAll("canvas")];
      const clear = CanvasRenderingContext2D.prototype.clearRect;
      CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        window.cleared[canvases.indexOf(this.canvas)]++;
        clear.apply(this, box);
      };
    }"""
    figure.evaluate(counted)
    figure.get_by_label("count n", exact=True).press("End")
    state_of(figure)
    assert figure.page.evaluate("window.cleared") == [0, 1, 0]
    figure.get_by_label("tilt", exact=True).press("End")
    state_of(figure)
    assert figure.page.evaluate("window.cleared") == [0, 1, 0]


def test_finished_paints_are_counted(show):
    figure = show(DEMO)
    before = int(figure.get_attribute("data-drawn"))
    figure.get_by_label("width a", exact=True).press("ArrowRight")
    state_of(figure)
    assert int(figure.get_attribute("data-drawn")) == before + 1
