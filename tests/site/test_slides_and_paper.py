"""The site's own chapters as slides, and all of its pages as one volume."""

import re

from attnkit.book.built import BuiltSite
from attnkit.book.paper.volume import Volume
from attnkit.book.slides.deck import write_deck
from tests.browser import Watch

CHAPTER = "book/densities/1_where_attention_looks"
FITS = """[...document.querySelectorAll('.slide-body')].every(
    (b) => b.scrollHeight <= b.clientHeight + 1 && b.scrollWidth <= b.clientWidth + 1)"""


def test_every_slide_of_a_chapter_fits_its_window(site, browser, tmp_path):
    count = write_deck(BuiltSite(site.folder), CHAPTER, tmp_path)
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    watch = Watch(context)
    tab = context.new_page()
    tab.goto((tmp_path / "index.html").as_uri())
    tab.wait_for_function("document.documentElement.dataset.deck === 'ready'")
    tab.wait_for_function("document.documentElement.dataset.attnkit === 'ready'")
    assert tab.locator(".slide").count() == count > 30
    assert tab.evaluate(FITS)
    assert tab.locator(".attnkit-explorable[data-drawn]").count() == 3
    context.close()
    watch.assert_clean()


def test_the_volume_holds_every_claim_equation_and_exercise_of_the_site(site):
    volume = Volume(BuiltSite(site.folder), "..")
    for name, chapter in volume.chapters.items():
        if name == "hints":
            continue
        page = (site.folder / f"{name}.html").read_text()
        page = page[page.index("<article") : page.index("</article>")]
        for number in (
            r'<p class="claim-heading">.*?</p>',
            r'class="eqno">\((\d+)\)',
            r'task-heading">(.*?)<',
            r'section-number">(.*?)<',
        ):
            seen, printed = (
                [re.sub("<[^>]+>", "", text) for text in re.findall(number, where)]
                for where in (page, chapter)
            )
            assert printed == seen, name
