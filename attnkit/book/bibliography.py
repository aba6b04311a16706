"""The bibliography under the names that the text uses, with its papers one click away."""

import re
from collections import Counter
from collections.abc import Iterator

from docutils import nodes
from pybtex.database import Entry, Person
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from sphinx.application import Sphinx

__all__ = ["connect"]

_NUMBER = re.compile(r"arXiv:(\d{4}\.\d{4,5})|doi:(10\.\d{4,}/[^\s,;]*[^\s,;.])")


class AuthorYearLabels(BaseLabelStyle):
    """ "Ahn et al., 2023", as citations in the text; a letter where two would be alike."""

    def format_labels(self, entries: list[Entry]) -> Iterator[str]:
        """Yield the label of each entry."""
        labels = [f"{_authors(entry)}, {entry.fields.get('year', 'n.d.')}" for entry in entries]
        alike, seen = Counter(labels), Counter()
        for label in labels:
            yield label + ("abcdefgh"[seen[label]] if alike[label] > 1 else "")
            seen[label] += 1


class AuthorYearStyle(PlainStyle):
    """Entries as in pybtex's plain style, under the labels above."""

    default_label_style = AuthorYearLabels


def _authors(entry: Entry) -> str:
    people = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [_last_name(person) for person in people]
    if len(names) > 2:
        return f"{names[0]} et al."
    return " and ".join(names) or entry.key


def _last_name(person: Person) -> str:
    name = " ".join([*person.prelast_names, *person.last_names])
    return re.sub(r"[{}]", "", name)


def link(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn an arXiv number or a DOI in a bibliography into a link."""
    for citation in doctree.findall(nodes.citation):
        for text in list(citation.findall(nodes.Text)):
            if _NUMBER.search(text) and not isinstance(text.parent, nodes.reference):
                text.parent.replace(text, list(_linked(str(text))))


def _linked(text: str) -> Iterator[nodes.Node]:
    end = 0
    for match in _NUMBER.finditer(text):
        yield nodes.Text(text[end : match.start()])
        address = f"arxiv.org/abs/{match[1]}" if match[1] else f"doi.org/{match[2]}"
        yield nodes.reference("", match[0], refuri=f"https://{address}", internal=False)
        end = match.end()
    yield nodes.Text(text[end:])


def connect(app: Sphinx) -> None:
    """Register the style `attnkit`, and link the numbers."""
    register_plugin("pybtex.style.formatting", "attnkit", AuthorYearStyle)
    app.connect("doctree-resolved", link)
