"""The matrix of laws as HTML: mechanism by law, a filter, and what the suite found in each cell."""

import html
import importlib.resources
from collections.abc import Iterator, Mapping

from attnkit.cards.card import Card
from attnkit.cards.laws import LAWS
from attnkit.cards.suite import Finding, Report
from attnkit.words import say

__all__ = ["matrix_html"]

TEST = "tests/cards/test_conformance.py::test_law"


def matrix_html(found: Mapping[str, tuple[list[Report], list[Card]]]) -> str:
    """Filter, table and findings of each part of the book, by its question.

    A part has the reports of its mechanisms, and the cards that say why they have no laws.
    """
    script = importlib.resources.files("attnkit.cards") / "assets" / "filter.js"
    every = [report for reports, _ in found.values() for report in reports]
    return "".join(
        [
            '<div class="laws">',
            *_filters(every),
            *_table(found),
            *(_findings(report) for report in every),
            f"</div><script>{script.read_text(encoding='utf-8')}</script>",
        ]
    )


def _filters(every: list[Report]) -> Iterator[str]:
    """For each law a choice of what is declared; shown where scripts run."""
    counted = say("matrix.count", shown="{shown}", all="{all}")
    yield f'<details class="laws-filter" data-count="{html.escape(counted)}" hidden>'
    yield f'<summary>{html.escape(say("matrix.filter"))} <span role="status"></span></summary><div>'
    for law, rule in LAWS.items():
        found = {f.words: None for report in every for f in report if f.law == law}
        options = "".join(f"<option>{html.escape(words)}</option>" for words in found)
        yield f"<label>{html.escape(rule.title)} "
        yield f'<select data-law="{law}"><option value="">{html.escape(say("matrix.any"))}</option>'
        yield f"{options}</select></label>"
    yield "</div></details>"


def _table(found: Mapping[str, tuple[list[Report], list[Card]]]) -> Iterator[str]:
    head = "".join(
        f'<th scope="col" title="{html.escape(rule.title)}">{html.escape(rule.heading)}</th>'
        for rule in LAWS.values()
    )
    yield f'<table class="laws-matrix"><thead><tr><th scope="col"></th>{head}</tr></thead>'
    for question, (reports, without) in found.items():
        yield f'<tbody><tr class="laws-part"><th scope="colgroup" colspan="{len(LAWS) + 1}">'
        yield f"{html.escape(question)}</th></tr>"
        yield from (*map(_row, reports), *map(_row_without_laws, without), "</tbody>")
    yield "</table>"


def _row(report: Report) -> str:
    found = {finding.law: finding for finding in report}
    name = html.escape(report[0].mechanism)
    cells = "".join(_cell(LAWS[law].title, found.get(law)) for law in LAWS)
    return f'<tr class="laws-mechanism"><th scope="row">{name}</th>{cells}</tr>'


def _row_without_laws(card: Card) -> str:
    name, why = html.escape(card.title), html.escape(card.without_laws)
    row = f'<th scope="row">{name}</th><td colspan="{len(LAWS)}">{why}</td>'
    return f'<tr class="laws-none">{row}</tr>'


def _cell(title: str, finding: Finding | None) -> str:
    label = f'data-title="{html.escape(title)}"'
    if finding is None:
        return f"<td {label}>–</td>"
    words = html.escape(finding.words).replace("+", "+<wbr>")  # a count of numbers may be long
    link = f'<a href="#{_anchor(finding)}">{words}</a>'
    return f'<td {label} data-law="{finding.law}">{link}</td>'


def _findings(report: Report) -> str:
    entries = "".join(
        f'<dt id="{_anchor(finding)}">{html.escape(LAWS[finding.law].title)}: '
        f"<strong>{html.escape(finding.words)}</strong></dt>"
        f"<dd>{html.escape(finding.evidence)}<br>"
        f"<code>{html.escape(f'{TEST}[{finding.mechanism}-{finding.law}]')}</code></dd>"
        for finding in report
    )
    name = html.escape(report[0].mechanism)
    return f'<details class="laws-found"><summary>{name}</summary><dl>{entries}</dl></details>'


def _anchor(finding: Finding) -> str:
    return f"law-{finding.mechanism}-{finding.law}".replace(" ", "-").replace("_", "-")
