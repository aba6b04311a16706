"""Every figure on its page: each control by keyboard and at random, held against `compute`.

What the front end does is tested on a page of its own (tests/front_end); here is what the book's
figures show.
"""

from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import parse_qsl

import numpy as np
import pytest

from attnkit.explore import gallery
from tests.browser import Watch
from tests.site.conftest import READY

# One worker builds the site and looks at it.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("site")]

NAMES = sorted(gallery())
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PHONE = (390, 844)
KEYS = ["ArrowRight", "ArrowLeft", "PageUp", "PageDown", "ArrowUp", "ArrowDown"]


@pytest.fixture(scope="module", params=NAMES)
def shown(request, site, browser):
    """A figure of the gallery on its page, which is opened once and not set in type."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    watch = Watch(context)
    context.route("**/tex-svg.js", lambda route: route.fulfill(body="", content_type="text/js"))
    tab = context.new_page()
    tab.goto(site.page_of(request.param).as_uri())
    tab.wait_for_function(READY)
    yield gallery()[request.param], figure_of(tab, request.param)
    context.close()
    watch.assert_clean()


@pytest.fixture
def figure(shown):
    """The figure at its first setting, in the page and not on the full screen."""
    figure = shown[1]
    figure.evaluate("() => document.fullscreenElement && document.exitFullscreen()")
    figure.page.wait_for_function("!document.fullscreenElement")
    figure.get_by_role("button", name="Reset", exact=True).click()
    return shown


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


def test_every_control_by_keyboard(site, figure):
    explorable, figure = figure
    name, reaches = explorable.name, ranges_of(site, explorable.name)
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
        entry.focus()
        press = figure.page.keyboard.press
        for end, wanted in (("Home", control.stored[0]), ("End", control.stored[-1])):
            press(end)
            assert state_of(figure)[0][control.name] == pytest.approx(wanted)
            assert_drawn(explorable, reaches, figure)
        for _ in range(3):
            for key in generator.choice(KEYS, size=5):
                press(key)
            assert_drawn(explorable, reaches, figure)


@pytest.fixture
def at_size(figure):
    """The figure from its beginning in a window of a size; the window is put back."""
    _, figure = figure

    def resized(width, height):
        figure.page.set_viewport_size({"width": width, "height": height})
        figure.evaluate("e => e.scrollIntoView({ block: 'start', behavior: 'instant' })")
        state_of(figure)
        return figure

    yield resized
    figure.page.set_viewport_size({"width": 1280, "height": 800})


# A frame lasts as long as its work, so that a thousand take seconds.
RANDOM_MOVES = """async ([figure, n]) => {
  const frames = window.requestAnimationFrame;
  window.requestAnimationFrame = (act) => {
    queueMicrotask(() => act(performance.now()));
    return 1;
  };
  const inputs = [...figure.querySelectorAll(".attnkit-control-hand > :is(input, select)")];
  let seed = 7;
  const chance = () => (seed = (16807 * seed) % 2147483647) / 2147483647;
  const move = (input) => {
    if (input.options) input.selectedIndex = Math.floor(chance() * input.options.length);
    else input.value = Number(input.min) + chance() * (input.max - input.min);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const drawn = Number(figure.dataset.drawn);
  for (let i = 0; i < n; i++) {
    inputs.forEach(move);
    if (i % 20 === 0) figure.querySelector(".attnkit-tools button:nth-of-type(2)").click();
    await new Promise((done) => queueMicrotask(() => queueMicrotask(done)));
  }
  window.requestAnimationFrame = frames;
  return Number(figure.dataset.drawn) - drawn;
}"""


def test_a_thousand_random_settings_are_drawn_without_an_error_or_a_request(site, figure, at_size):
    explorable, _ = figure
    figure = at_size(*PHONE)  # a small canvas is painted sooner
    assert figure.page.evaluate(RANDOM_MOVES, [figure.element_handle(), 1000]) >= 990
    assert_drawn(explorable, ranges_of(site, explorable.name), figure)


def written(number: float, digits: int) -> str:
    """As the page writes a number; a tie goes up, as in the browser."""
    rounded = Decimal(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{rounded:f}".replace("-", "−")


def test_at_the_first_setting_the_read_outs_are_the_digits_of_compute(figure):
    explorable, figure = figure
    state_of(figure)
    shown = figure.locator(".attnkit-readouts b")
    expected = explorable.compute(**explorable.defaults)
    for readout, text in zip(explorable.readouts, shown.all_inner_texts(), strict=True):
        number = float(expected[readout.value])
        if np.isnan(number):
            assert text == readout.undefined
        elif not readout.log10:
            assert text == f"{written(number, readout.digits)} {readout.unit}".strip()


def test_no_button_of_any_figure_sends_anything_or_opens_a_tab(figure):
    _, figure = figure
    asked, opened = [], []
    figure.page.context.on("request", lambda request: asked.append(request.url))
    figure.page.context.on("page", lambda tab: opened.append(tab.url))
    for button in figure.get_by_role("button").all():
        if button.is_visible():
            button.click()
    state_of(figure)
    own = ("blob:", "data:")  # and the page's icon, which the browser fetches when it likes
    assert [url for url in asked if not url.startswith(own) and "favicon" not in url] == []
    assert opened == []


# Scrolled to the lower of main panel and controls: what is free above, between and below the two.
FREE = """e => {
  const box = (node) => node.getBoundingClientRect();
  const main = e.querySelector(".attnkit-main .attnkit-plot") || e.querySelector(".attnkit-plot");
  const controls = e.querySelector(".attnkit-controls");
  const lower = box(main).bottom > box(controls).bottom ? main : controls;
  lower.scrollIntoView({ block: "end", behavior: "instant" });
  const header = document.fullscreenElement ? null : document.querySelector(".bd-header-article");
  const [one, other] = [main, controls].map(box).sort((a, b) => a.top - b.top);
  return [one.top - (header ? box(header).bottom : 0), other.top - one.bottom,
    innerHeight - other.bottom];
}"""
TOO_WIDE = "e => [...e.querySelectorAll('*')].filter(n => n.scrollWidth > e.offsetWidth).length"


@pytest.mark.parametrize("size", [(1280, 800), PHONE])
def test_controls_and_the_panel_that_answers_fit_a_window(at_size, size):
    figure = at_size(*size)
    assert min(figure.evaluate(FREE)) > -1
    assert figure.evaluate(TOO_WIDE) == 0


def test_controls_and_the_panel_that_answers_fit_the_full_screen_of_a_phone(at_size):
    figure = at_size(*PHONE)
    figure.get_by_role("button", name="Full screen").click()
    figure.page.wait_for_function("document.fullscreenElement")
    figure = at_size(*PHONE)
    assert min(figure.evaluate(FREE)) > -1
    assert figure.evaluate(TOO_WIDE) == 0


@pytest.fixture
def entmax(site, open_page):
    return figure_of(open_page(site.page_of("finite-entmax")), "finite-entmax")


def test_links_in_the_prose_set_what_they_name_and_reset_the_rest(entmax):
    tab = entmax.page
    for link in tab.locator('a.attnkit-set[href*="finite-entmax"]').all():
        entmax.get_by_label("rivals", exact=True).press("End")
        link.click()
        params = dict(parse_qsl(link.get_attribute("href").split("?")[1]))
        wanted = gallery()["finite-entmax"].defaults | {k: float(v) for k, v in params.items()}
        assert state_of(entmax)[0] == pytest.approx(wanted)


def test_copied_code_recomputes_what_is_shown_and_says_where_to_get_it(site, entmax):
    entmax.locator("input[type=range]").first.press("PageUp")
    entmax.get_by_role("button", name="Copy as code").click()
    namespace = {}
    exec(entmax.locator(".attnkit-code").inner_text(), namespace)
    params, _ = state_of(entmax)
    expected = gallery()["finite-entmax"].compute(**params)
    for name, value in expected.items():
        np.testing.assert_array_equal(namespace["values"][name], value)
    link = entmax.get_by_role("link", name="Get attnkit")
    assert (site.page_of("finite-entmax").parent / link.get_attribute("href")).resolve().exists()


def test_scripts_and_styles_of_ours_are_light(site):
    folder = site.folder / "_static" / "attnkit"
    assert sum((folder / f"explorable.{kind}").stat().st_size for kind in ("js", "css")) <= 150_000
    assert not [page for page in site.pages if "plotly" in page.read_text().lower()]


def test_without_scripts_the_page_shows_a_picture_and_says_why(site, open_page):
    tab = open_page(site.page_of("finite-entmax"), java_script_enabled=False)
    still = figure_of(tab, "finite-entmax").locator(".attnkit-still")
    assert still.locator("img").is_visible()
    assert "allows scripts" in still.inner_text()
    assert still.locator("img").evaluate("e => e.naturalWidth") > 100


def test_a_page_is_printed_in_light_colours_from_the_dark_theme(site, open_page):
    tab = open_page(site.page_of("finite-entmax"), color_scheme="dark")
    look = "getComputedStyle(document.querySelector('article p')).color"
    tab.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = {look}; }})")
    on_screen = tab.evaluate(look)
    tab.pdf()
    brightness = [
        sum(int(part) for part in colour[4:-1].split(",")) / 3
        for colour in (on_screen, tab.evaluate("window.printed"))
    ]
    assert brightness[0] > 150 > 90 > brightness[1]
    assert tab.evaluate(look) == on_screen
