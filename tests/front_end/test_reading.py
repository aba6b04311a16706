"""Reading a figure: under the pointer, by arrow keys, and what a screen reader is told."""

import re

import numpy as np
import pytest

from attnkit.explore import Axis, Explorable, Heat, Line, Panel, Points, Readout, Slider
from tests.explore.demo import DEMO
from tests.front_end.conftest import state_of

pytestmark = pytest.mark.browser

N = 41
TIME = np.linspace(0.0, 10.0, N)


def waves(size: float) -> dict:
    return {
        "time": TIME,
        "wave": size * np.sin(TIME),
        "gap": np.where(TIME > 5, np.cos(TIME), np.nan),
        "seen": np.array([0.5, -0.5]),
        "map": size * np.outer(np.arange(3.0), TIME),
        "size": size,
    }


WAVES = Explorable(
    name="waves",
    title="Waves",
    compute=waves,
    controls=[
        Slider(
            "size", low=0.0, high=1.0, grid=11, default=0.5, step=0.1, meaning="height of the wave"
        )
    ],
    panels=[
        Panel(
            Line("time", "wave", label="wave"),
            Line("time", "gap", label="gap", tone="value"),
            x=Axis("time", (0, 10)),
            y=Axis("height", (-1, 1)),
        ),
        Panel(Points((1.0, 9.0), "seen", label="seen"), x=Axis("time"), y=Axis("seen")),
        Panel(Heat("map", x="time", low=0.0, high=20.0), x=Axis("time"), y=Axis("row")),
        Panel(Line("wave", "time", label="turned"), x=Axis("height"), y=Axis("something else")),
    ],
    readouts=[Readout("size", "size", digits=2)],
    caption="A wave, two points, a matrix.",
    alt="A sine wave.",
)


@pytest.fixture
def figure(show):
    return show(WAVES)


def point(figure, panel, share, height=0.5):
    """Put the pointer over a place of a plot, in shares of its axes."""
    frame = state_of(figure)["frames"][panel]
    plot = figure.locator(".attnkit-plot").nth(panel)
    plot.scroll_into_view_if_needed()
    box = plot.bounding_box()
    x = frame["left"] + share * (frame["right"] - frame["left"])
    y = frame["bottom"] - height * (frame["bottom"] - frame["top"])
    figure.page.mouse.move(box["x"] + x, box["y"] + y)


def boxes(figure) -> list[str]:
    cells = figure.locator(".attnkit-plot").all()
    texts = [cell.locator(".attnkit-box").all_inner_texts() for cell in cells]
    return [" ".join(text[0].split()) if text else "" for text in texts]


def test_the_nearest_datum_of_every_curve_is_told(figure):
    point(figure, 0, 0.2003)
    assert boxes(figure)[0] == f"time 2 wave {0.5 * np.sin(2):.3f}"
    point(figure, 0, 0.801)
    wave, gap = 0.5 * np.sin(8), np.cos(8)
    assert boxes(figure)[0] == f"time 8 wave {wave:.3f} gap {gap:.3f}".replace("-", "−")


def test_panels_that_share_an_axis_are_read_together(figure):
    point(figure, 0, 0.1)
    first, points, matrix, other = boxes(figure)
    assert first.startswith("time 1 ")
    assert points == "time 1 seen 0.5"
    assert other == ""
    point(figure, 2, 0.55, height=0.5)
    first, points, matrix, other = boxes(figure)
    cell = round(0.55 * (10 + 0.25) - 0.125, 2)
    near = TIME[np.argmin(np.abs(TIME - cell))]
    assert f"time {near:g} · row 1" in matrix
    assert matrix.endswith(f"{0.5 * near:.3g}")
    assert first.startswith("time 5.")
    figure.page.mouse.move(5, 5)
    assert boxes(figure) == ["", "", "", ""]


def test_what_is_read_follows_a_move(figure):
    point(figure, 0, 0.2)
    figure.get_by_label("size", exact=True).focus()
    figure.page.keyboard.press("End")
    state_of(figure)
    assert f"wave {np.sin(2):.3f}" in boxes(figure)[0]


def frame_values(figure):
    """The ends of the x axis of the first panel, read off the ends of its wave."""
    return state_of(figure)["frames"][0]


def drag(figure, start, end):
    point(figure, 0, *start)
    figure.page.mouse.down()
    point(figure, 0, *end)
    figure.page.mouse.up()


def told_at(figure, share) -> float:
    point(figure, 0, share)
    return float(re.match(r"time ([\d.]+)", boxes(figure)[0])[1])


def test_a_drag_zooms_and_a_double_click_returns(figure):
    drag(figure, (0.2, 0.2), (0.6, 0.8))
    assert told_at(figure, 0.5) == pytest.approx(4.0, abs=0.13)
    assert told_at(figure, 0.02) == pytest.approx(2.0, abs=0.13)
    drag(figure, (0.25, 0.5), (0.75, 0.51))
    assert told_at(figure, 0.02) == pytest.approx(3.0, abs=0.13)
    figure.locator(".attnkit-plot").first.dblclick()
    assert told_at(figure, 0.5) == pytest.approx(5.0, abs=0.13)


def test_a_click_does_not_zoom_and_escape_returns(figure):
    drag(figure, (0.4, 0.5), (0.4, 0.5))
    assert told_at(figure, 0.9) == pytest.approx(9.0, abs=0.13)
    drag(figure, (0.0, 0.5), (0.3, 0.5))
    assert told_at(figure, 0.5) == pytest.approx(1.5, abs=0.13)
    figure.page.keyboard.press("Escape")
    assert told_at(figure, 0.5) == pytest.approx(5.0, abs=0.13)


def said(figure) -> str:
    return figure.locator(".attnkit-said[role=status]").inner_text()


def press(figure, panel, *keys) -> str:
    for key in keys:
        figure.locator(".attnkit-plot").nth(panel).press(key)
    return said(figure)


def test_arrow_keys_read_a_curve_aloud(figure):
    assert press(figure, 0, "ArrowRight") == "wave: 0; time 0; 1 of 41"
    assert press(figure, 0, "ArrowRight").endswith("time 0.25; 2 of 41")
    assert press(figure, 0, "End").endswith("time 10; 41 of 41")
    assert press(figure, 0, "ArrowRight").endswith("41 of 41")
    assert press(figure, 0, "ArrowDown").startswith(f"gap: −{-np.cos(10):.3f}; time 10")
    assert press(figure, 0, "Home").endswith("time 5.25; 22 of 41")
    assert press(figure, 0, "ArrowUp").startswith("wave: ")
    assert said(figure).endswith("22 of 41")
    assert figure.locator(".attnkit-chosen").count() == 1


def test_arrow_keys_walk_through_a_matrix(figure):
    assert press(figure, 2, "ArrowRight").startswith("row: 0; time 0, row 0")
    assert "time 0.25, row 0" in press(figure, 2, "ArrowRight")
    assert "time 0.25, row 1" in press(figure, 2, "ArrowUp")
    assert press(figure, 2, "ArrowUp").startswith("row: 0.25; time 0.25, row 2")


def test_a_screen_reader_finds_names_texts_and_no_trap(show):
    figure = show(DEMO)
    inside = figure.locator("[role=img] :is(a, button, input, select, [tabindex])")
    assert inside.count() == 0
    described = figure.evaluate(
        "e => document.getElementById(e.getAttribute('aria-describedby')).textContent"
    )
    assert described == DEMO.alt
    named = "e => e.getAttribute('aria-label') || e.labels?.[0]?.textContent || e.textContent"
    for node in figure.locator("button, input, select, [tabindex='0'], canvas").all():
        assert node.evaluate("e => e.hidden") or node.evaluate(named).strip()
    ids = figure.evaluate("e => [...e.querySelectorAll('[id]')].map(n => n.id)")
    assert len(ids) == len(set(ids))


def test_an_undefined_number_says_why(show):
    figure = show(DEMO)
    shown = figure.locator(".attnkit-readouts")
    assert "wide undefined" in shown.inner_text()
    figure.get_by_label("width a", exact=True).press("End")
    state_of(figure)
    assert "wide 2.000" in shown.inner_text()


def test_the_full_screen_is_drawn_larger_and_read_at_the_same_places(figure):
    figure.get_by_role("button", name="Full screen").click()
    figure.page.wait_for_function("document.fullscreenElement")
    state_of(figure)
    assert told_at(figure, 0.5) == pytest.approx(5.0, abs=0.13)
    assert told_at(figure, 0.2) == pytest.approx(2.0, abs=0.13)
    frame, canvas = state_of(figure)["frames"][0], figure.locator("canvas").first.bounding_box()
    dot = figure.locator(".attnkit-dot").first.bounding_box()
    place = frame["left"] + 0.2 * (frame["right"] - frame["left"])
    assert dot["x"] + dot["width"] / 2 - canvas["x"] == pytest.approx(place, abs=2)
