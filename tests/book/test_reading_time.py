"""The time that a chapter takes is counted from the chapter."""

import re
from pathlib import Path

import pytest

PAGE = """
    # Apple

    ```{{reading-time}}
    {option}
    ```

    {words}

    $$ a = b $$

    ## Skin

    {skin}

    ```python
    not counted
    ```

    ## Exercises

    {exercises}
    """


def said(site, option="", words=0, skin=0, exercises=0):
    counts = {"words": words, "skin": skin, "exercises": exercises}
    text = {name: "one " * count for name, count in counts.items()}
    site.write("index.md", PAGE.format(option=option, **text))
    paragraph = re.search(r'<p class="reading-time">(.*?)</p>', site.build()["index.html"])
    return re.sub(r"<[^>]+>", "", paragraph[1])


def test_words_and_formulas_are_counted_and_exercises_are_not(small_site):
    assert said(small_site, words=1500, exercises=4000) == "About 11 minutes."


def test_what_may_be_skipped_is_taken_off(small_site):
    text = said(small_site, ":skip: Skin", words=750, skin=1050)
    assert text == "About 13 minutes. At first 6 will do; you may then skip Skin."


def test_a_section_that_is_not_there_stops_the_build(small_site):
    with pytest.raises(Exception, match="no section is called 'Core'"):
        said(small_site, ":skip: Core", words=10)


def test_a_figure_takes_two_minutes():
    from docutils import nodes

    from attnkit.book.reading_time import minutes
    from attnkit.explore.page import placeholder

    assert minutes(nodes.raw("", placeholder("finite-entmax"), format="html")) == 2


def test_two_sections_may_wait_and_titles_may_hold_commas(small_site):
    small_site.write(
        "index.md", "# A\n```{reading-time}\n:skip: B, or not; C\n```\n## B, or not\n## C\n"
    )
    page = small_site.build()["index.html"]
    assert re.findall(r'<a[^>]*href="(#[^"]+)"[^>]*><em>(.*?)</em>', page) == [
        ("#b-or-not", "B, or not"),
        ("#c", "C"),
    ]


BOOK = Path(__file__).parents[2] / "book"


@pytest.mark.parametrize("chapter", sorted(BOOK.glob("*/[0-9]_*.md")), ids=lambda path: path.stem)
def test_every_chapter_says_under_its_title_how_long_it_takes(chapter):
    title, empty, opening, *_ = chapter.read_text().splitlines()
    assert (title[:2], empty, opening) == ("# ", "", "```{reading-time}")


def test_one_exercise_is_said_as_one():
    from attnkit.book.reading_time import exercises_told

    assert exercises_told([20]) == "One exercise, 20 minutes more."
    assert exercises_told([20, 15]) == "2 exercises, 35 minutes more."
