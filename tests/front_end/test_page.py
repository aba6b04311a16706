"""A figure on its page: the address, links in the prose, the way back, room on the screen."""

import pytest

from tests.explore.demo import DEMO
from tests.front_end.conftest import state_of

pytestmark = pytest.mark.browser

LINK = '<p><a class="attnkit-set" href="#demo?width=0.5&shape=peaked">narrow</a></p>'
SPACE = "<p style='height: 2500px'></p>"


def test_a_link_sets_what_it_names_and_resets_the_rest(show):
    figure = show(DEMO, ("", LINK))
    figure.get_by_label("count n", exact=True).press("End")
    figure.page.get_by_text("narrow").click()
    expected = DEMO.defaults | {"width": 0.5, "shape": "peaked"}
    assert state_of(figure)["params"] == expected
    figure.get_by_label("count n", exact=True).press("Home")
    figure.page.wait_for_function("location.hash.includes('count=1')")
    figure.page.get_by_text("narrow").click()
    assert state_of(figure)["params"] == expected


def test_the_address_holds_the_setting_and_nothing_after_a_reset(show):
    figure = show(DEMO)
    figure.get_by_label("width a", exact=True).press("End")
    figure.get_by_label("words", exact=True).select_option("two words")
    figure.page.wait_for_function("location.hash.includes('words')")
    again = show(DEMO, fragment=figure.page.evaluate("location.hash"))
    assert state_of(again)["params"] == DEMO.defaults | {"width": 2.0, "words": "two words"}
    figure.get_by_role("button", name="Reset", exact=True).click()
    figure.page.wait_for_function("!location.hash")


@pytest.mark.parametrize(
    "fragment",
    [
        "#demo?width=banana&nobody=1;nothing?x=2",
        "#demo?width=&count=NaN&shape=square",
        "#%",
        "#;;?",
    ],
)
def test_nonsense_in_the_address_is_survived(show, fragment):
    assert state_of(show(DEMO, fragment=fragment))["params"] == DEMO.defaults


def test_a_link_far_below_brings_the_figure_into_view_and_offers_the_way_back(show):
    figure = show(DEMO, ("", SPACE + LINK), reduced_motion="reduce")
    link = figure.page.get_by_text("narrow")
    link.scroll_into_view_if_needed()
    link.click()
    state_of(figure)
    assert 0 <= figure.evaluate("e => e.getBoundingClientRect().top") < 60
    back = figure.page.get_by_role("button", name="back to the text")
    back.click()
    assert not back.is_visible()
    top = link.evaluate("e => e.getBoundingClientRect().top")
    assert 0 < top < 800
    assert link.evaluate("e => e === document.activeElement")


def test_a_figure_in_view_stays_where_it_is(show):
    figure = show(DEMO, (LINK, SPACE))
    figure.page.get_by_text("narrow").click()
    state_of(figure)
    assert figure.page.evaluate("scrollY") == 0
    assert not figure.page.get_by_role("button", name="back to the text").is_visible()


def visible_together(figure, panel) -> bool:
    """Whether all controls and all of a panel are in the window once the panel is scrolled to."""
    return figure.evaluate(
        """(figure, panel) => {
          const plot = figure.querySelectorAll(".attnkit-plot")[panel];
          const controls = figure.querySelector(".attnkit-controls");
          scrollTo(0, 0);
          scrollTo(0, plot.getBoundingClientRect().bottom - innerHeight + 4);
          const [a, b] = [controls, plot].map((node) => node.getBoundingClientRect());
          return a.top >= -1 && b.bottom <= innerHeight && b.top >= a.bottom - 8;
        }""",
        panel,
    )


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)])
def test_controls_and_the_panel_that_answers_are_visible_together(show, size):
    viewport = {"width": size[0], "height": size[1]}
    figure = show(DEMO, (SPACE, SPACE), viewport=viewport)
    first = 1 if size[0] < 600 else 0
    assert all(visible_together(figure, panel) for panel in range(first, 3))


def test_on_a_phone_the_first_panel_stands_before_the_controls(show):
    figure = show(DEMO, viewport={"width": 390, "height": 844})
    parts = [figure.locator(".attnkit-plot").first, figure.locator(".attnkit-controls")]
    tops = [part.bounding_box()["y"] for part in parts]
    assert tops[0] < tops[1]
    assert figure.page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0


def test_one_figure_fills_the_screen(show):
    figure = show(DEMO)
    figure.get_by_role("button", name="Full screen").click()
    figure.page.wait_for_function("document.fullscreenElement?.dataset.name === 'demo'")
    state_of(figure)
    figure.get_by_role("button", name="Full screen").click()
    figure.page.wait_for_function("!document.fullscreenElement")


def test_without_scripts_there_is_a_picture_that_says_why(browser, tmp_path):
    from tests.front_end.conftest import page_of

    path = tmp_path / "page.html"
    path.write_text(page_of(DEMO))
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(path.as_uri())
    assert "allows scripts" in tab.locator(".attnkit-still").inner_text()
    context.close()


def test_a_window_of_another_width_is_painted_anew(show):
    figure = show(DEMO)
    sizes = "nodes => nodes.map((plot) => [plot.firstChild.width, plot.clientWidth])"
    for width in (1280, 600, 390):
        figure.page.set_viewport_size({"width": width, "height": 800})
        state_of(figure)
        painted = figure.locator(".attnkit-plot").evaluate_all(sizes)
        assert [pixels for pixels, _ in painted] == [room for _, room in painted]
