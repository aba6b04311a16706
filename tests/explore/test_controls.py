from dataclasses import replace

import pytest

from attnkit.explore import Axis, Choice, Explorable, Free, Heat, Line, Panel, Slider, Steps
from tests.explore.demo import DEMO


def test_a_counted_grid_is_equally_spaced_from_low_to_high():
    slider = Slider("a", low=0.0, high=1.0, grid=5, default=0.5, step=0.25)
    assert slider.stored == (0.0, 0.25, 0.5, 0.75, 1.0)


def test_without_a_grid_every_step_is_stored():
    slider = Slider("a", low=-0.2, high=0.4, default=0.1, step=0.1)
    assert slider.stored == (-0.2, -0.1, 0.0, 0.1, 0.2, 0.3, 0.4)


def test_a_list_says_where_a_slider_begins_and_ends():
    for listed in ({"grid": (0.0, 0.7, 1.0)}, {"stops": (0.0, 0.5, 1.0)}):
        slider = Slider("a", default=0.5, step=0.5, **listed)
        assert (slider.low, slider.high) == (0.0, 1.0)
        assert slider.stored == next(iter(listed.values()))


def test_a_count_needs_the_ends():
    with pytest.raises(ValueError, match="needs low and high, or a grid that lists both"):
        Slider("a", low=0.0, grid=5, default=0.5, step=0.5)


def test_all_of_a_slider_but_name_and_label_is_named():
    with pytest.raises(TypeError, match="positional"):
        Slider("a", "a", 0.0, high=1.0, default=0.5, step=0.5)


def test_a_slider_without_a_label_shows_its_name():
    assert Slider("a", low=0.0, high=1.0, default=0.5, step=0.5).label == "a"


def test_a_list_starts_at_its_first_value():
    assert Steps("n", "n", (3, 1, 2)).default == 3
    assert Choice("c", "c", ("x", "y")).default == "x"


@pytest.mark.parametrize(
    ("low", "high", "default", "step", "message"),
    [
        (0.0, 1.0, 2.0, 0.1, "low <= default <= high"),
        (1.0, 1.0, 1.0, 0.1, "low <= default <= high"),
        (0.0, 1.0, 0.5, 0.0, r"step must be in \(0, inf\)"),
        (0.0, 1.0, 0.501, 0.1, "whole steps"),
        (0.0, 1.001, 0.5, 0.1, "whole steps"),
        (0.0, 1.0, 0.6, 0.3, "whole steps"),
    ],
)
def test_a_slider_that_cannot_work_says_why(low, high, default, step, message):
    with pytest.raises(ValueError, match=message):
        Slider("a", low=low, high=high, default=default, step=step)


def test_a_slider_that_snaps_must_start_where_the_page_can_stop():
    with pytest.raises(ValueError, match="must be one of its stops"):
        Slider("a", stops=(0.0, 1.0), default=0.5, step=0.25)


@pytest.mark.parametrize("grid", [(0.0, 0.5), (0.1, 1.0), (0.0, 0.7, 0.5, 1.0)])
def test_a_grid_must_rise_from_low_to_high(grid):
    with pytest.raises(ValueError, match="must rise from low to high"):
        Slider("a", low=0.0, high=1.0, grid=grid, default=0.5, step=0.5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Steps("n", "n", (1, 2), default=3),
        lambda: Choice("c", "c", ("x", "y"), default="z"),
        lambda: Choice("c", "c", (), default="z"),
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


def test_arrays_that_depend_on_the_same_controls_may_stand_together():
    together = replace(DEMO, depends={("u", "keys"): (), "bars": ("count",)})
    assert together.depends == {"u": (), "keys": (), "bars": ("count",)}


def test_prose_may_be_broken_into_lines():
    broken = replace(
        DEMO,
        caption="""One
        sentence.  """,
    )
    assert broken.caption == "One sentence."


def test_a_panel_holds_marks_only():
    with pytest.raises(TypeError, match="marks must be a Line"):
        Panel(Line("x", "y"), "a word")


def test_compute_must_share_the_default_of_a_free_control():
    hand = Free("lift", "lift", low=0.0, high=1.0, default=0.5, step=0.1)
    with pytest.raises(ValueError, match=r"compute needs lift=0\.5"):
        replace(DEMO, free=[hand])


def test_a_free_control_that_cannot_work_says_why():
    with pytest.raises(ValueError, match="low <= default <= high"):
        Free("lift", "lift", low=0.0, high=1.0, default=2.0, step=0.1)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Heat("z", low=1.0), "low and high must rise"),
        (lambda: Heat("z", low=1.0, high=1.0), "low and high must rise"),
        (lambda: Panel(x=Axis(ends=(1.0, 1.0))), "ends must hold two numbers that differ"),
        (lambda: Panel(y=Axis(ends=(0.0, 1.0), log=True)), "ends must hold two positive"),
        (lambda: Panel(y=Axis(ends=("low", -1.0), log=True)), "ends must hold two positive"),
        (lambda: Line("x", "y", tone="red"), "tone must be one of 'density'"),
    ],
)
def test_a_panel_that_could_not_be_drawn_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_axis_may_be_turned_round_and_end_at_a_computed_number():
    assert Panel(y=Axis(ends=(9.5, -0.5))).y.ends == (9.5, -0.5)
    assert Panel(x=Axis(ends=(0.5, "last"))).x.ends == (0.5, "last")
