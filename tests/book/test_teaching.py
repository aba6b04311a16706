"""A chapter leads to the page that teaches it; the first page lists the rooms that are there."""

import re

import pytest

from attnkit.book.teaching import teaching_page
from attnkit.rooms import rooms

PAGES = {
    "index.md": """
        # Book
        ```{questions}
        ```
        ```{toctree}
        book/icl/1_steps
        book/icl/2_breaks
        book/memory/delta_rule/chapter
        ```
        ```{toctree}
        book/teaching/icl_1
        book/memory/delta_rule/teach
        ```
        """,
    "book/icl/1_steps.md": "# Steps\n## Exercises\nDo it.\n",
    "book/icl/2_breaks.md": "# Breaks\n",
    "book/teaching/icl_1.md": "# Teaching: Steps\n",
    "book/memory/delta_rule/chapter.md": "# Delta\n",
    "book/memory/delta_rule/teach.md": "# Teaching: Delta\n",
}


@pytest.fixture
def pages(small_site):
    for name, text in PAGES.items():
        small_site.write(name, text)
    return small_site.build()


def led_to(page):
    """Where the last line of a chapter leads."""
    return re.findall(r'<p class="teaching-link"><a [^>]*href="([^"]+)"', page)


def test_each_kind_of_chapter_leads_to_its_teaching_page(pages):
    assert led_to(pages["book/icl/1_steps.html"]) == ["../teaching/icl_1.html"]
    assert led_to(pages["book/memory/delta_rule/chapter.html"]) == ["teach.html"]


def test_a_chapter_that_nobody_teaches_and_a_teaching_page_lead_nowhere(pages):
    names = ("book/icl/2_breaks", "book/teaching/icl_1", "book/memory/delta_rule/teach", "index")
    assert [led_to(pages[f"{name}.html"]) for name in names] == [[], [], [], []]


def test_the_line_is_the_chapter_s_last(pages):
    page = pages["book/icl/1_steps.html"]
    assert page.index("teaching-link") > page.index("Do it.")


def test_names_of_teaching_pages():
    assert teaching_page("book/icl/2_what_breaks_it") == "book/teaching/icl_2"
    assert teaching_page("book/normalisation/sigmoid/chapter") == "book/normalisation/sigmoid/teach"


def test_the_first_page_asks_the_questions_of_the_rooms_that_have_a_page(pages):
    items = re.findall(r"<li><p>(.*?)</p>", pages["index.html"], re.DOTALL)
    asked = [item for item in items if "attnkit-count" in item]
    assert len(asked) == 2
    for item, name, page, count in zip(
        asked,
        ("icl", "memory"),
        ("book/icl/1_steps.html", "book/memory/delta_rule/chapter.html"),
        ("2 chapters.", "One chapter."),
        strict=True,
    ):
        assert f'href="{page}"' in item
        assert rooms()[name].question in item
        assert rooms()[name].about in item
        assert count in item


def test_every_room_says_what_its_chapters_ask():
    assert [name for name, room in rooms().items() if len(room.about.split()) < 8] == []
