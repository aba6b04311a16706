"""A chapter that is left out takes along what is its own, and nothing warns of its absence."""

import re

import pytest
from sphinx.config import Config
from sphinx.errors import SphinxWarning

from attnkit.book.leave_out import LeftOut, left_out

INDEX = """
    # Book
    ```{toctree}
    :glob:
    book/*/*
    ```
    """
KEPT = """
    # Kept

    Read [the other](2_gone.md), {doc}`2_gone`, {ref}`there <spot>`, {ref}`spot`, {eq}`eq-gone`,
    {eq}`eq-kept` and [its page](../teaching/part_2.md).

    $$
    x = 1
    $$ (eq-kept)
    """
GONE = """
    # Gone

    (spot)=
    ## A spot

    $$
    y = 1
    $$ (eq-gone)

    ```{claim} lost-claim
    A claim.
    ```
    ```{task} lost-task
    ```
    ```{explorable} lost-figure
    ```
    ```{explorable} shared-figure
    ```
    """


@pytest.fixture
def book(small_site):
    small_site.write("index.md", INDEX)
    small_site.write("book/part/1_kept.md", KEPT)
    small_site.write(
        "book/teaching/part_1.md", "# Teach it\n\n```{explorable} shared-figure\n```\n"
    )
    small_site.write("book/teaching/part_2.md", "# Teach the other\n")
    small_site.write("book/part/2_gone.md", GONE)
    small_site.conf += 'exclude_patterns = ["book/teaching/part_1.md"]\n'
    return small_site


def names(book, *patterns):
    config = Config({}, {"attnkit_leave_out": list(patterns)})
    config.add("attnkit_leave_out", [], "env", ())
    return left_out(config, book.source)


def test_nothing_is_left_out_unless_it_is_listed(book):
    assert names(book) == LeftOut()
    assert left_out(Config(), book.source) == LeftOut()


def test_with_a_chapter_go_its_teaching_page_and_all_that_only_it_defines(book):
    gone = names(book, "book/part/2_*")
    assert gone.pages == {"book/part/2_gone", "book/teaching/part_2"}
    assert gone.claims == {"lost-claim"}
    assert gone.tasks == {"lost-task"}
    assert gone.figures == {"lost-figure"}
    assert gone.labels == {"spot", "eq-gone", "task-lost-task"}


def test_what_remains_builds_without_a_warning_and_keeps_its_words(book):
    book.conf += 'attnkit_leave_out = ["book/part/2_gone"]\n'
    pages = book.build()
    assert not [name for name in pages if "gone" in name or "part_2" in name]
    page = pages["book/part/1_kept.html"]
    body = re.sub(r"<[^>]+>|\n", "", page[page.index("Read") : page.index("x = 1")])
    assert "Read the other, (left out here), there, (left out here), (left out here),(1)" in body
    assert "and its page." in body
    assert 'href="#equation-eq-kept"' in page


def test_a_link_to_what_never_was_still_stops_the_build(book):
    book.conf += 'attnkit_leave_out = ["book/part/2_gone"]\n'
    book.write("book/part/1_kept.md", KEPT.replace("2_gone.md", "3_never.md"))
    with pytest.raises(SphinxWarning, match="3_never"):
        book.build()
