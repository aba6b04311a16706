"""Every slider of every figure, moved by keyboard; what is drawn is held against `compute`."""

import json
from urllib.parse import parse_qsl

import numpy as np
import pytest

from attnkit.explore import gallery

# One worker builds the site and looks at it.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
KEYS = ["ArrowRight", "ArrowLeft", "PageUp", "PageDown", "ArrowUp", "ArrowDown"]


def figure_of(tab, name):
    return tab.locator(f'.attnkit-explorable[data-name="{name}"]')


def state_of(figure) -> tuple[dict, dict]:
    state = figure.evaluate(f"async e => {{ await {SETTLED}; return e.attnkit; }}")
    return state["params"], state["values"]


def ranges_of(site, name) -> dict[str, float]:
    """The reach of each stored array, which the tolerance is a fraction of."""
    reaches = {}
    for array, stored in site.stored(name).items():
        finite = stored.table[np.isfinite(stored.table)]
        reaches[array] = float(np.ptp(finite)) if finite.size else 0.0
    return reaches


def assert_drawn(explorable, reaches, figure) -> None:
    params, values = state_of(figure)
    expected = explorable.compute(**params)
    assert set(values) == set(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(
            np.array(values[name], dtype=float),
            value,
            rtol=1e-3,
            atol=explorable.tolerance * reaches[name] + 1e-6,
            err_msg=f"{name} at {params}",
        )


@pytest.mark.parametrize("name", sorted(gallery()))
def test_every_control_by_keyboard(site, open_page, name):
    explorable = gallery()[name]
    reaches = ranges_of(site, name)
    figure = figure_of(open_page(site.page_of(name)), name)
    generator = np.random.default_rng(11)
    assert_drawn(explorable, reaches, figure)
    for control in explorable.controls:
        entry = figure.get_by_label(control.label, exact=True)
        assert entry.count() == 1, f"{name}: no input is labelled {control.label!r}"
        if control.kind in ("choice", "text"):
            for option in control.stored:
                entry.select_option(option)
                assert_drawn(explorable, reaches, figure)
            continue
        for end, wanted in (("Home", control.stored[0]), ("End", control.stored[-1])):
            entry.press(end)
            assert state_of(figure)[0][control.name] == pytest.approx(wanted)
            assert_drawn(explorable, reaches, figure)
        for _ in range(3):
            for key in generator.choice(KEYS, size=5):
                entry.press(key)
            assert_drawn(explorable, reaches, figure)


DRAWN = """async figure => {
  const plots = [...figure.querySelectorAll(".attnkit-panel")];
  const curves = ".scatterlayer path, .barlayer path";
  const drawing = () => plots.map(plot => [...plot.querySelectorAll(curves)].map(path =>
    ["d", "transform", "style"].map(name => path.getAttribute(name))));
  const settled = () => new Promise(done => setTimeout(done, 200));
  await settled();
  const moved = drawing();
  for (const plot of plots) await Plotly.react(plot, plot.data.map(t => ({...t})), plot.layout);
  await settled();
  return [moved, drawing()];
}"""


@pytest.mark.parametrize("name", ["finite-entmax", "icl-valley", "order-of-the-keys"])
def test_a_move_without_a_new_layout_draws_what_a_layout_would(site, open_page, name):
    figure = figure_of(open_page(site.page_of(name)), name)
    before, _ = figure.evaluate(DRAWN)
    for slider in figure.locator("input[type=range]").all():
        slider.press("End")
        slider.press("ArrowLeft")
    moved, whole = figure.evaluate(DRAWN)
    assert moved == whole
    assert moved != before


@pytest.fixture
def entmax(site, open_page):
    return figure_of(open_page(site.page_of("finite-entmax")), "finite-entmax")


def first_slider(figure):
    return figure.locator("input[type=range]").first


def test_r_resets_and_h_holds(entmax):
    defaults = state_of(entmax)[0]
    first_slider(entmax).press("End")
    first_slider(entmax).press("h")
    held = entmax.evaluate(
        "e => e.querySelector('.attnkit-panel').data.filter(t => t.visible === true).length"
    )
    assert held >= 1
    assert entmax.get_by_role("button", name="Let go").get_attribute("aria-pressed") == "true"
    first_slider(entmax).press("r")
    assert state_of(entmax)[0] == defaults
    first_slider(entmax).press("h")
    left = entmax.evaluate(
        "e => e.querySelector('.attnkit-panel').data.filter(t => t.visible === true).length"
    )
    assert left == 0


def test_the_address_holds_the_state(site, open_page, entmax):
    first_slider(entmax).press("End")
    wanted = state_of(entmax)[0]
    tab = entmax.page
    tab.wait_for_function("location.hash.includes('finite-entmax')")
    again = open_page(site.page_of("finite-entmax"), tab.evaluate("location.hash"))
    assert state_of(figure_of(again, "finite-entmax"))[0] == wanted
    entmax.get_by_role("button", name="Reset", exact=True).click()
    tab.wait_for_function("!location.hash")


def test_nonsense_in_the_address_is_survived(site, open_page):
    explorable = gallery()["finite-entmax"]
    name = explorable.controls[0].name
    fragment = f"#finite-entmax?{name}=banana&nobody=1;nothing?x=2"
    tab = open_page(site.page_of("finite-entmax"), fragment)
    assert state_of(figure_of(tab, "finite-entmax"))[0] == explorable.defaults


def test_a_link_in_the_prose_sets_the_sliders(entmax):
    tab = entmax.page
    link = tab.locator('a.attnkit-set[href*="finite-entmax"]').first
    query = link.get_attribute("href").split("?")[1]
    link.click()
    wanted = dict(parse_qsl(query))
    params = state_of(entmax)[0]
    for name, value in wanted.items():
        assert str(params[name]) == value or float(params[name]) == pytest.approx(float(value))


def test_copy_as_code_recomputes_what_is_shown(entmax):
    first_slider(entmax).press("PageUp")
    entmax.get_by_role("button", name="Copy as code").click()
    namespace = {}
    exec(entmax.locator(".attnkit-code").inner_text(), namespace)
    params, _ = state_of(entmax)
    expected = gallery()["finite-entmax"].compute(**params)
    for name, value in expected.items():
        np.testing.assert_array_equal(namespace["values"][name], value)


def test_the_numbers_shown_can_be_downloaded(entmax):
    with entmax.page.expect_download() as download:
        entmax.get_by_role("button", name="CSV").click()
    lines = download.value.path().read_text().splitlines()
    _, values = state_of(entmax)
    header = lines[0].split(",")
    name = next(n for n, v in values.items() if isinstance(v, list) and not isinstance(v[0], list))
    column = [float(line.split(",")[header.index(name)] or "nan") for line in lines[1:]]
    np.testing.assert_allclose(column[: len(values[name])], values[name])


def test_without_scripts_the_page_shows_a_picture_and_says_why(site, open_page):
    tab = open_page(site.page_of("finite-entmax"), java_script_enabled=False)
    still = figure_of(tab, "finite-entmax").locator(".attnkit-still")
    assert still.locator("img").is_visible()
    assert "allows scripts" in still.inner_text()
    assert still.locator("img").evaluate("e => e.naturalWidth") > 100


def test_the_text_of_a_figure_follows_the_theme(site, open_page):
    colour = "getComputedStyle(document.querySelector('.attnkit-panel .xtick text')).fill"
    page = site.page_of("finite-entmax")
    shades = [open_page(page, color_scheme=scheme).evaluate(colour) for scheme in ("light", "dark")]
    brightness = [sum(json.loads(f"[{shade[4:-1]}]")) for shade in shades]
    assert brightness[0] < 300 < 450 < brightness[1]


def test_touch_and_reduced_motion(site, open_page):
    options = {"has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
    tab = open_page(
        site.page_of("finite-entmax"), viewport={"width": 390, "height": 844}, **options
    )
    figure = figure_of(tab, "finite-entmax")
    slider = first_slider(figure)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box["height"] >= 28
    tab.touchscreen.tap(box["x"] + 0.9 * box["width"], box["y"] + box["height"] / 2)
    assert state_of(figure)[0] != gallery()["finite-entmax"].defaults
