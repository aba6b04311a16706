"""What a page says of a claim: its number, its source, its function, its tests, its numbers."""

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.nodes import make_refnode

from attnkit.words import say

__all__ = ["Writer", "shown"]


class Writer:
    """Fills the slots of one page."""

    def __init__(self, app: Sphinx, docname: str) -> None:
        self.env, self.builder, self.docname = app.env, app.builder, docname
        self.facts = app.env.get_domain("claim").facts

    def heading(self, label: str) -> Iterator[nodes.Node]:
        """Claim 3"""
        yield nodes.strong("", "", *self.reference(label))

    def reference(self, label: str) -> Iterator[nodes.Node]:
        """Claim 3, as a link to where it is stated."""
        fact = self.facts[label]
        text = nodes.inline("", say("claim.name", number=fact["number"]))
        anchor = f"claim-{label}"
        yield make_refnode(self.builder, self.docname, fact["page"], anchor, text)

    def links(self, label: str) -> Iterator[nodes.Node]:
        """Source, function, tests and numbers, on one line."""
        yield nodes.Text(f"{self.facts[label]['source']} · {say('claim.computed')} ")
        yield from self.function(label)
        yield nodes.Text(f" · {say('claim.checked')} ")
        yield from self.tests(label)
        yield nodes.Text(f" · {say('claim.measured')}: ")
        yield from self.measured(label)

    def function(self, label: str) -> Iterator[nodes.Node]:
        """The function's shortest name, linked to its API page where there is one."""
        fact = self.facts[label]
        shown, api = nodes.literal("", fact["function"]), fact["api"]
        if api is None:
            yield shown
        else:
            yield make_refnode(self.builder, self.docname, api.docname, api.node_id, shown)

    def tests(self, label: str) -> Iterator[nodes.Node]:
        """The tests that check the claim."""
        for place, test in enumerate(self.facts[label]["tests"]):
            yield nodes.Text(", " if place else "")
            yield nodes.literal("", test)

    def measured(self, label: str) -> Iterator[nodes.Node]:
        """What was measured, and the numbers."""
        fact = self.facts[label]
        numbers = (f"{what}: {shown(number)}" for what, number in fact["measured"].items())
        yield nodes.emphasis("", fact["measures"])
        yield nodes.Text(": " + "; ".join(numbers))


def shown(number: int | float) -> str:
    """Three digits, in plain figures up to a million, else with a power of ten."""
    if isinstance(number, int) or 1000 <= abs(number) < 1e6:
        return f"{number:,.0f}"
    digits, _, power = f"{number:.3g}".partition("e")
    raised = str(int(power or 0)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits}·10{raised}" if power else digits
