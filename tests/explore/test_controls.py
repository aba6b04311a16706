from dataclasses import replace

import pytest

from attnkit.explore import Choice, Explorable, Free, Heat, Line, Panel, Slider, Steps
from tests.explore.demo import DEMO


def test_a_counted_grid_is_equally_spaced_from_low_to_high():
    assert Slider("a", "a", 0.0, 1.0, 0.5, 0.25, grid=5).stored == (0.0, 0.25, 0.5, 0.75, 1.0)


@pytest.mark.parametrize(
    ("low", "high", "default", "step", "message"),
    [
        (0.0, 1.0, 2.0, 0.1, "low <= default <= high"),
        (1.0, 1.0, 1.0, 0.1, "low <= default <= high"),
        (0.0, 1.0, 0.5, 0.0, r"step must be in \(0, inf\)"),
        (0.0, 1.0, 0.55, 0.1, "whole steps"),
        (0.0, 1.0, 0.6, 0.3, "whole steps"),
    ],
)
def test_a_slider_that_cannot_work_says_why(low, high, default, step, message):
    with pytest.raises(ValueError, match=message):
        Slider("a", "a", low, high, default, step)


def test_a_slider_that_snaps_must_start_where_the_page_can_stop():
    with pytest.raises(ValueError, match="must be stored"):
        Slider("a", "a", 0.0, 1.0, 0.5, 0.25, grid=(0.0, 1.0), snap=True)


@pytest.mark.parametrize("grid", [(0.0, 0.5), (0.1, 1.0), (0.0, 0.7, 0.5, 1.0)])
def test_a_grid_must_rise_from_low_to_high(grid):
    with pytest.raises(ValueError, match="must rise from low to high"):
        Slider("a", "a", 0.0, 1.0, 0.5, 0.5, grid=grid)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Steps("n", "n", (1, 2), 3),
        lambda: Choice("c", "c", ("x", "y"), "z"),
        lambda: Choice("c", "c", (), "z"),
    ],
)
def test_a_default_that_is_not_listed_is_refused(make):
    with pytest.raises(ValueError, match="must be one of"):
        make()


def test_depends_on_an_unknown_control_is_refused():
    with pytest.raises(ValueError, match=r"unknown controls \['nobody'\]"):
        Explorable(
            name="x",
            title="",
            compute=dict,
            controls=[],
            panels=[],
            caption="",
            alt="",
            depends={"y": ["nobody"]},
        )


def test_compute_must_share_the_default_of_a_free_control():
    hand = Free("lift", "lift", 0.0, 1.0, 0.5, 0.1)
    with pytest.raises(ValueError, match=r"compute needs lift=0\.5"):
        replace(DEMO, free=[hand])


def test_a_free_control_that_cannot_work_says_why():
    with pytest.raises(ValueError, match="low <= default <= high"):
        Free("lift", "lift", 0.0, 1.0, 2.0, 0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Heat("z", low=1.0), "low and high must rise"),
        (lambda: Heat("z", low=1.0, high=1.0), "low and high must rise"),
        (lambda: Panel([], x_range=(1.0, 1.0)), "x_range must hold two numbers that differ"),
        (lambda: Panel([], y_range=(0.0, 1.0), y_log=True), "y_range must hold two positive"),
        (lambda: Panel([], y_range=("low", -1.0), y_log=True), "y_range must hold two positive"),
        (lambda: Line("x", "y", tone="red"), "tone must be one of 'density'"),
    ],
)
def test_a_panel_that_could_not_be_drawn_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_axis_may_be_turned_round_and_end_at_a_computed_number():
    assert Panel([], y_range=(9.5, -0.5)).y_range == (9.5, -0.5)
    assert Panel([], x_range=(0.5, "last")).x_range == (0.5, "last")
