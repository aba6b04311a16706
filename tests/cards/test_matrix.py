"""The matrix says what the suite found: a cell for each law, linked to it and to its test."""

import re

import pytest

from attnkit.cards import LAWS, Card, ScoreMap, TokenMap, check
from attnkit.cards.matrix import matrix_html


def half(scores, mask=None):
    return scores.sigmoid()


def forgetful(queries, keys, values, mask=None):
    return 0 * values, keys.mT @ values


@pytest.fixture(scope="module")
def page():
    logistic = ScoreMap("half & half", half, {"sums_to": "free", "signed": False})
    nothing = TokenMap("nothing at all", forgetful, {"state": "d_key * d_value"})
    counting = Card("Counting < three", "How many?", "here", 1, without_laws="It weighs & counts.")
    return matrix_html(
        {"First?": ([check(logistic)], [counting]), "Second?": ([check(nothing)], [])}
    )


def test_every_cell_leads_to_what_was_found_and_its_test(page):
    targets = set(re.findall(r'<a href="#([^"]+)"', page))
    assert targets == set(re.findall(r'<dt id="([^"]+)"', page))
    assert len(targets) == 3
    assert "test_conformance.py::test_law[half &amp; half-sums_to]" in page


def test_a_law_that_is_not_declared_is_a_dash(page):
    assert page.count(">–</td>") == 2 * len(LAWS) - 3


def test_a_card_without_laws_says_why(page):
    row = re.search(r'<tr class="laws-none">(.*?)</tr>', page)[1]
    assert row == (
        '<th scope="row">Counting &lt; three</th>'
        f'<td colspan="{len(LAWS)}">It weighs &amp; counts.</td>'
    )


@pytest.mark.browser
def test_a_reader_filters_and_follows_a_cell(browser, page, tmp_path):
    path = tmp_path / "matrix.html"
    path.write_text(f"<!doctype html><meta charset=utf-8>{page}")
    tab = browser.new_page()
    tab.goto(path.as_uri())
    assert tab.locator(".laws-none:visible").count() == 1
    tab.click(".laws-filter [role=status]")  # a control inside a summary would swallow it
    tab.select_option('select[data-law="signed"]', "no")
    assert tab.locator(".laws-mechanism:visible th").all_inner_texts() == ["half & half"]
    assert tab.locator(".laws-none:visible").count() == 0
    assert tab.locator(".laws-part:visible").all_inner_texts() == ["First?"]
    assert tab.inner_text(".laws-filter [role=status]") == "1 of 2"
    tab.click('td[data-law="sums_to"] a')
    tab.wait_for_selector(".laws-found[open] dt:target")
    tab.close()
