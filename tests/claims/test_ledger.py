"""A book whose claims are all linked builds; one with any link missing does not."""

import re

import pytest
from sphinx.errors import ExtensionError, SphinxWarning

from attnkit.claims.writer import shown


def text(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_claims_are_numbered_in_the_order_of_the_book(book):
    pages = book.build()
    assert "Claim 1" in text(pages["zebra"])
    assert "Claim 2 Tiny numbers stay tiny." in text(pages["antelope"])
    assert 'id="claim-second-label"' in pages["zebra"]


def test_statement_is_parsed_as_the_rest_of_the_page(book):
    page = book.build()["zebra"]
    assert "<strong>always</strong>" in page
    assert re.search(r'class="math[^>]*>\\\(x = 14\\\)', page)


def test_a_reference_links_by_number(book):
    link = re.search(r"See (.*?)\.</p>", book.build()["zebra"])[1]
    assert 'href="antelope.html#claim-first-label"' in link
    assert text(link) == "Claim 2"


def test_the_line_below_names_source_function_test_and_numbers(book):
    shown = text(book.build()["antelope"])
    assert (
        "Doe 2020, eq. 3 · computed by attnkit.tiny_room.maths.doubled · "
        "checked by tests/room/test_maths.py::TestDoubled::test_small · "
        "measured: The double of a tiny number: double: 1.23·10⁻⁷; count: 3"
    ) in shown


def test_the_function_links_to_its_api_page(book):
    assert "<a" not in function_line(book.build()["ledger"])
    book.write(
        "source/api.md",
        "# API\n```{eval-rst}\n.. automodule:: attnkit.tiny_room.maths\n   :members:\n```\n",
    )
    book.replace("source/index.md", "ledger\n", "ledger\napi\n")
    pages = book.build()
    link = 'href="api.html#attnkit.tiny_room.maths.doubled"'
    assert link in function_line(pages["ledger"])
    assert link in pages["zebra"]


def function_line(page):
    return re.search(r"<em>computed by</em>(.*?)</p>", page)[1]


def test_the_shortest_public_name_is_shown(book):
    book.write("rooms/tiny_room/__init__.py", "from attnkit.tiny_room.maths import doubled\n")
    assert "computed by attnkit.tiny_room.doubled ·" in text(book.build()["zebra"])


def cards(page):
    """What a reader reads on each card."""
    body = page.partition('class="claims-ledger')[2].partition("<footer")[0]
    body = body.replace("</summary>", " ")
    return [text(card).strip(" >") for card in re.split(r'<div class="claim-card', body)[1:]]


def test_the_ledger_has_a_card_for_every_claim_with_its_sentence(book):
    page = book.build()["ledger"]
    found = cards(page)
    assert len(found) == 2
    assert "Claim 1 derived here Doubling seven gives \\(x = 14\\), always." in found[0]
    assert (
        "Claim 2 Doe 2020, eq. 3 Tiny numbers stay tiny. Measured, computed, checked "
        "measured The double of a tiny number: double: 1.23·10⁻⁷; count: 3 "
        "computed by attnkit.tiny_room.maths.doubled "
        "checked by tests/room/test_maths.py::TestDoubled::test_small"
    ) in found[1]
    assert 'href="zebra.html#claim-second-label"' in page
    assert page.count("<details>") == 2


def test_a_cards_references_lead_from_the_ledger(book):
    book.replace(
        "source/antelope.md", "stay tiny.", "stay tiny, by {claim}`second-label`: {eq}`e`."
    )
    book.replace("source/antelope.md", "# Antelope\n", "# Antelope\n\n$$\nx = 1\n$$ (e)\n\n")
    card = book.build()["ledger"].partition('id="ledger-first-label"')[2]
    assert 'href="zebra.html#claim-second-label"' in card
    assert 'href="antelope.html#equation-e"' in card, card[:900]


def test_the_ledger_renders_the_formulas_of_its_cards(book):
    book.replace("source/conf.py", '["myst_parser",', '["myst_parser", "sphinx.ext.mathjax",')
    pages = book.build()
    script = r"<script[^>]*src=[^>]*mathjax"
    assert re.search(script, pages["ledger"])
    assert not re.search(script, pages["antelope"])


def test_another_wording_reaches_the_ledger(book):
    book.build()
    book.replace("source/antelope.md", "Tiny numbers stay tiny.", "The tiny stay tiny.")
    assert "The tiny stay tiny." in book.build()["ledger"]


def test_an_equation_in_a_claim_is_numbered_in_its_chapter_alone(book):
    book.replace("source/antelope.md", "stay tiny.", "stay tiny:\n\n$$\nx = 1\n$$ (e)\n")
    pages = book.build()
    assert 'id="equation-e"' in pages["antelope"]
    assert 'id="equation-e"' not in pages["ledger"]
    assert "x = 1" in pages["ledger"]


def test_a_reader_leaves_a_room_or_the_claims_with_some_words(book, browser):
    two = "```{toctree}\n:caption: Beasts\nzebra\n```\n```{toctree}\n:caption: More\nantelope\n"
    book.replace("source/index.md", "```{toctree}\nzebra\nantelope\n", two)
    book.build()
    tab = browser.new_page()
    tab.goto((book.folder / "html/ledger.html").as_uri())
    shown = lambda: tab.locator(".claim-card:visible, .claims-room:visible").all_inner_texts()  # noqa: E731
    assert len(shown()) == 4
    tab.get_by_role("button", name="More").press("Enter")
    assert [text.split("\n")[0][:7] for text in shown()] == ["More", "Claim 2"]
    tab.get_by_role("button", name="All").click()
    tab.get_by_role("searchbox").fill("SEVEN always")
    assert [text.split("\n")[0][:7] for text in shown()] == ["Beasts", "Claim 1"]
    tab.get_by_role("searchbox").fill("seven stay")
    assert shown() == []
    assert tab.get_by_role("status").inner_text() == "No claim holds these words."
    tab.close()


def test_cards_are_filtered_by_the_parts_of_the_book(book):
    assert "claims-filter" not in book.build()["ledger"]
    two = "```{toctree}\n:caption: Beasts\nzebra\n```\n```{toctree}\n:caption: More\nantelope\n"
    book.replace("source/index.md", "```{toctree}\nzebra\nantelope\n", two)
    page = book.build()["ledger"]
    buttons = re.findall(r'data-room="([^"]*)">([^<]*) <small>(\d+)</small></button>', page)
    assert buttons == [
        ("", "All", "2"),
        ("claim-room-0", "Beasts", "1"),
        ("claim-room-1", "More", "1"),
    ]
    headings = re.findall(r'<p class="claims-room (claim-room-\d) rubric">([^<]*)</p>', page)
    assert headings == [("claim-room-0", "Beasts"), ("claim-room-1", "More")]
    assert page.index(">More</p>") < page.index('id="ledger-first-label"')
    assert re.search(r'class="claim-card claim-room-1[^>]*id="ledger-first-label"', page)


def test_a_new_claim_renumbers_pages_that_did_not_change(book):
    book.build()
    book.replace("source/index.md", "zebra\nantelope", "antelope\nzebra")
    pages = book.build()
    assert "Claim 1" in text(pages["antelope"])
    assert "Claim 2" in text(pages["zebra"])


def test_a_second_build_measures_nothing_again(book):
    book.write("rooms/tiny_room/maths.py", COUNTING)
    book.build()
    book.build()
    assert (book.folder / "calls").read_text() == "xx"  # one call for each of two claims


COUNTING = """
from pathlib import Path

def doubled(number):
    with (Path(__file__).parents[2] / "calls").open("a") as calls:
        calls.write("x")
    return 2 * number
"""


def test_a_changed_number_reaches_pages_that_did_not_change(book):
    book.build()
    book.replace("rooms/tiny_room/maths.py", "2 * number", "3 * number")
    pages = book.build()
    assert "double: 21" in text(pages["zebra"])
    assert "double: 21" in text(pages["ledger"])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (7, "7"),
        (4347.6, "4,348"),
        (-773558.3, "-773,558"),
        (0.9997, "1"),
        (-0.0123456, "-0.0123"),
        (2.5e7, "2.5·10⁷"),
        (0.0, "0"),
    ],
)
def test_numbers_are_written_as_by_hand(number, text):
    assert shown(number) == text


BROKEN = {
    "no function": (
        ("rooms/tiny_room/claims.py", '"second-label"', '"renamed-label"'),
        "zebra states 'second-label', which no room declares",
    ),
    "no chapter": (
        ("source/antelope.md", "```{claim} first-label", "```{note}"),
        "'first-label' is declared, but no chapter states it",
    ),
    "no test": (
        ("source/tests/room/test_maths.py", '@pytest.mark.claim("second-label")', ""),
        "'second-label' is declared, but no test is marked",
    ),
    "unknown to the test": (
        ("source/tests/room/test_maths.py", 'claim("second-label")', 'claim("third-label")'),
        "tests/room/test_maths.py::test_seven checks 'third-label', which no",
    ),
    "stated twice": (
        ("source/antelope.md", "first-label", "second-label"),
        "antelope states 'second-label', which zebra states already",
    ),
}


@pytest.mark.parametrize(("edit", "message"), BROKEN.values(), ids=BROKEN)
def test_a_missing_link_fails_the_build(book, edit, message):
    book.replace(*edit)
    with pytest.raises(ExtensionError, match=re.escape(message)):
        book.build()


def test_a_link_that_goes_missing_later_fails_the_next_build_too(book):
    book.build()
    book.replace("source/tests/room/test_maths.py", '@pytest.mark.claim("second-label")', "")
    with pytest.raises(ExtensionError, match="no test is marked"):
        book.build()


def test_all_that_is_missing_is_said_at_once(book):
    for edit, _ in (BROKEN["no chapter"], BROKEN["no test"]):
        book.replace(*edit)
    with pytest.raises(
        ExtensionError, match=r"(?s)no test is marked.*no chapter|no chapter.*no test"
    ):
        book.build()


def test_a_reference_to_an_unknown_claim_is_a_warning(book):
    book.replace("source/zebra.md", "{claim}`first-label`", "{claim}`frist-label`")
    with pytest.raises(SphinxWarning, match=r"zebra\.md.*no claim is called 'frist-label'"):
        book.build()


def test_a_claim_without_a_statement_is_refused(book):
    book.replace("source/antelope.md", "Tiny numbers stay tiny.\n", "")
    with pytest.raises(SphinxWarning, match=r"(?i)content"):
        book.build()


def test_a_label_that_cannot_be_read_fails_the_build(book):
    book.replace("source/tests/room/test_maths.py", 'claim("second-label")', "claim(LABEL)")
    with pytest.raises(ExtensionError, match=r"test_seven: .* takes one plain string"):
        book.build()
