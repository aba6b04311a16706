"""What a reader takes along: code, numbers, pictures, paper."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from tests.explore.demo import DEMO
from tests.front_end.conftest import state_of

pytestmark = pytest.mark.browser


@pytest.fixture
def figure(show):
    figure = show(DEMO)
    figure.get_by_label("width a", exact=True).press("End")
    state_of(figure)
    return figure


def downloaded(figure, button):
    with figure.page.expect_download() as download:
        figure.get_by_role("button", name=button, exact=True).click()
    return download.value


def test_code_names_the_setting_and_goes_when_it_is_no_longer_shown(figure):
    figure.get_by_role("button", name="Copy as code").click()
    code = figure.locator(".attnkit-code")
    assert "width=2" in code.inner_text()
    assert 'shape="round"' in code.inner_text()
    compile(code.inner_text(), "copied", "exec")
    figure.get_by_label("width a", exact=True).press("Home")
    state_of(figure)
    assert not code.is_visible()
    assert "copied" not in figure.locator(".attnkit-tools").inner_text()


def test_the_numbers_shown_can_be_downloaded(figure):
    download = downloaded(figure, "CSV")
    assert download.suggested_filename == "demo.csv"
    header, *rows = download.path().read_text().splitlines()
    values = state_of(figure)["values"]
    columns = dict(
        zip(header.split(","), zip(*(row.split(",") for row in rows), strict=True), strict=True)
    )
    np.testing.assert_allclose([float(x) for x in columns["u"]], values["u"])
    assert [x for x in columns["height"] if x] == ["0.5"]
    assert float(columns["matrix[6]"][3]) == pytest.approx(values["matrix"][6][3])


def test_a_drawing_holds_title_setting_keys_and_marks(figure):
    download = downloaded(figure, "SVG")
    assert download.suggested_filename == "demo.svg"
    root = ET.fromstring(download.path().read_text())
    space = "{http://www.w3.org/2000/svg}"
    words = [node.text for node in root.iter(f"{space}text")]
    assert "A bump" in words
    assert any("width a = 2.00" in text for text in words)
    assert {"bump", "mean", "One bump", "first", "last"} <= set(words)
    assert len(list(root.iter(f"{space}image"))) == 1
    assert len(list(root.iter(f"{space}path"))) > 20
    assert "NaN" not in download.path().read_text()


def test_an_image_is_twice_as_fine_and_on_white_in_the_dark(figure):
    figure.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    download = downloaded(figure, "PNG")
    image = download.path().read_bytes()
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = (int.from_bytes(image[at : at + 4], "big") for at in (16, 20))
    assert width > 1000
    assert height > 800
    look = "c => [...c.getContext('2d').getImageData(0, 0, 300, 300).data].some(Boolean)"
    assert figure.locator("canvas").first.evaluate(look)


def test_paper_shows_the_readers_setting_in_light_colours(figure):
    figure.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    figure.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    figure.page.emulate_media(media="print")
    drawing = figure.locator(".attnkit-print svg")
    assert drawing.is_visible()
    assert "width a = 2.00" in drawing.text_content()
    assert not figure.locator(".attnkit-controls").is_visible()
    assert drawing.locator("path").first.get_attribute("fill") == "#ffffff"
    figure.page.emulate_media(media="screen")
    figure.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert drawing.count() == 0
    assert figure.locator(".attnkit-controls").is_visible()


def test_no_button_sends_anything_or_opens_a_tab(figure):
    asked, opened = [], []
    figure.page.context.on("request", lambda request: asked.append(request.url))
    figure.page.context.on("page", lambda tab: opened.append(tab.url))
    for button in figure.get_by_role("button").all():
        if button.is_visible():
            button.click()
        figure.page.keyboard.press("Escape")
    state_of(figure)
    assert [url for url in asked if not url.startswith(("blob:", "data:"))] == []
    assert opened == []
