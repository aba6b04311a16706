"""What a reader's hand does: sliders, numbers, keys, ghosts, play; by mouse, keyboard and touch."""

import numpy as np
import pytest

from tests.explore.demo import DEMO, bump
from tests.front_end.conftest import state_of
from tests.front_end.test_painting import KNOWN

pytestmark = pytest.mark.browser


@pytest.fixture
def figure(show):
    return show(DEMO)


def slider(figure, label):
    return figure.get_by_label(label, exact=True)


def held(figure) -> int:
    return figure.locator(".attnkit-held .attnkit-key").count()


def test_every_control_has_one_label_and_moves_what_compute_says(figure):
    for control in DEMO.controls:
        entry = slider(figure, control.label)
        assert entry.count() == 1
        if control.kind in ("choice", "text"):
            entry.select_option(control.stored[-1])
        else:
            entry.press("End")
        state = state_of(figure)
        assert state["params"][control.name] == control.stored[-1]
        for name, value in bump(**state["params"]).items():
            shown = np.array(state["values"][name], float)
            np.testing.assert_allclose(shown, value, rtol=1e-3, atol=2e-3)


def test_a_number_is_typed_beside_its_slider(figure):
    typed = figure.get_by_label("width a: type a value")
    typed.fill("1,3")
    typed.press("Enter")
    assert state_of(figure)["params"]["width"] == 1.3
    assert typed.input_value() == "1.30"
    typed.fill("99")
    typed.press("Tab")
    assert state_of(figure)["params"]["width"] == 2.0
    typed.fill("−0.7")
    typed.press("Enter")
    assert state_of(figure)["params"]["width"] == 0.5
    for nonsense in ("wide", "", "1e"):
        typed.fill(nonsense)
        typed.press("Enter")
        assert state_of(figure)["params"]["width"] == 0.5
        assert typed.input_value() == "0.50"
    steps = figure.get_by_label("count n: type a value")
    steps.fill("5.9")
    steps.press("Enter")
    assert state_of(figure)["params"]["count"] == 7
    assert steps.input_value() == "7"


def test_keys_in_a_number_are_numbers_not_commands(figure):
    typed = figure.get_by_label("place μ: type a value")
    typed.press("h")
    typed.press("r")
    assert held(figure) == 0


def test_h_and_r_work_after_a_click_on_the_plot(figure):
    slider(figure, "place μ").press("End")
    figure.locator(".attnkit-plot").first.click()
    figure.page.keyboard.press("h")
    assert held(figure) > 0
    figure.page.keyboard.press("r")
    assert state_of(figure)["params"] == DEMO.defaults


def other_colours(figure) -> int:
    """How many pixels along the line at 0.5 across the first bar are not of the bar's colour."""
    return figure.evaluate(
        """figure => {
          const context = figure.querySelectorAll("canvas")[1].getContext("2d");
          const { left, top, right, bottom } = figure.attnkit.frames[1];
          const width = (right - left) / 5;
          const box = [left + width * 0.75, (top + bottom) / 2 - 1, width, 2].map(Math.round);
          const { data } = context.getImageData(...box);
          const shades = [...data.keys()].filter((i) => i % 4 === 0).map((i) => data[i]);
          return shades.filter((shade) => Math.abs(shade - 0xe0) > 20).length;
        }"""
    )


def test_ghosts_are_painted_and_stay_where_they_were_bars_too(show):
    figure = show(KNOWN)
    figure.get_by_role("button", name="Hold this").click()
    for key in ("ArrowRight", "ArrowRight"):
        slider(figure, "lift").press(key)
    state_of(figure)
    assert other_colours(figure) > 10
    figure.get_by_role("button", name="Let go").click()
    state_of(figure)
    assert other_colours(figure) == 0
    assert held(figure) == 0


def test_three_settings_are_held_each_with_what_sets_it_apart(figure):
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight"):
        slider(figure, "count n").press(key)
        state_of(figure)
        slider(figure, "count n").press("h")
    state_of(figure)
    names = figure.locator(".attnkit-cell").first.locator(".attnkit-held .attnkit-key")
    assert names.all_inner_texts() == ["count n = 2", "count n = 4", "this setting"]
    slider(figure, "count n").press("h")
    assert names.all_inner_texts() == ["count n = 2", "count n = 4"]
    assert figure.get_by_role("button", name="Hold this").get_attribute("aria-pressed") == "true"


def test_a_double_click_on_a_label_resets_one_control(figure):
    slider(figure, "width a").press("End")
    slider(figure, "place μ").press("End")
    figure.locator("label", has_text="width a").dblclick()
    params = state_of(figure)["params"]
    assert params == DEMO.defaults | {"place": 2.0}


def moved_by_itself(figure, name) -> bool:
    before = state_of(figure)["params"][name]
    figure.page.wait_for_timeout(250)
    return state_of(figure)["params"][name] != before


@pytest.mark.parametrize("how", ["again", "key", "pointer"])
def test_play_sweeps_a_slider_until_anything_is_touched(figure, how):
    play = figure.get_by_role("button", name="play width a")
    play.click()
    assert play.get_attribute("aria-pressed") == "true"
    assert moved_by_itself(figure, "width")
    if how == "again":
        play.click()
    elif how == "key":
        figure.page.keyboard.press("Shift")
    else:
        figure.locator(".attnkit-caption").click()
    assert play.get_attribute("aria-pressed") == "false"
    assert not moved_by_itself(figure, "width")


def test_who_asked_for_less_motion_gets_a_step_for_each_press(show):
    figure = show(DEMO, reduced_motion="reduce")
    play = figure.get_by_role("button", name="play width a")
    play.click()
    assert state_of(figure)["params"]["width"] == pytest.approx(1.15)
    assert not moved_by_itself(figure, "width")


def test_a_finger_moves_a_slider_and_does_not_trap_the_page(show):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    figure = show(DEMO, ("<p style='height: 900px'>", "<p style='height: 2000px'>"), **phone)
    entry = slider(figure, "width a")
    entry.scroll_into_view_if_needed()
    box = entry.bounding_box()
    assert box["height"] >= 28
    figure.page.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert state_of(figure)["params"]["width"] > 1.5
    assert drag(figure, figure.locator(".attnkit-plot").first, 0, -200) > 100
    assert drag(figure, figure.locator(".attnkit-plot").last, 0, -200) > 100


def drag(figure, target, x, y) -> float:
    """Drag a finger over a part of the figure; how far the page scrolled."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    session = figure.page.context.new_cdp_session(figure.page)
    before = figure.page.evaluate("scrollY")
    start = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session.send("Input.synthesizeScrollGesture", start | {"xDistance": x, "yDistance": y})
    return abs(figure.page.evaluate("scrollY") - before)


def test_a_finger_on_a_plot_reads_it(show):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    figure = show(DEMO, **phone)
    box = figure.locator(".attnkit-plot").first.bounding_box()
    figure.page.touchscreen.tap(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    assert figure.locator(".attnkit-box").first.is_visible()
