"""A chapter that can be taught says so, in a quiet last line that leads to its teaching page.

The contents name the teacher's index alone: one entry, however many chapters there are.
"""

import re

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

from attnkit.words import say

__all__ = ["connect", "teaching_page"]


def teaching_page(page: str) -> str:
    """Return the page that teaches a chapter, whether or not there is one.

    That of "book/icl/2_what_breaks_it" is "book/teaching/icl_2"; that of any page in a folder of
    its own, such as "book/memory/delta_rule/chapter", is "teach" beside it.
    """
    numbered = re.fullmatch(r"book/(\w+)/(\d+)_[^/]*", page)
    if numbered:
        return f"book/teaching/{numbered[1]}_{numbered[2]}"
    return f"{page.rpartition('/')[0]}/teach"


def link(app: Sphinx, document: nodes.document) -> None:
    """Add the line to a page that has a teaching page."""
    teaching = teaching_page(app.env.docname)
    if teaching not in app.env.found_docs or teaching == app.env.docname:
        return
    target = addnodes.pending_xref(
        "",
        nodes.inline("", say("chapter.teach")),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{teaching}",
        refdoc=app.env.docname,
        refexplicit=True,
        refwarn=True,
    )
    section = next(document.findall(nodes.section))
    section += nodes.paragraph("", "", target, classes=["teaching-link"])


def connect(app: Sphinx) -> None:
    """After a page is read."""
    app.connect("doctree-read", link)
