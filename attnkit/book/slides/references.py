"""The works that a chapter cites, for the last slides."""

from functools import cache

from bs4 import Tag

from attnkit.book.article import Page
from attnkit.book.built import BuiltSite

__all__ = ["cited"]


def cited(site: BuiltSite, page: Page) -> list[Tag]:
    """Return the entries of the works that a page cites, and let its citations lead to them."""
    read = cache(site.page)
    entries: dict[str, Tag] = {}
    for link in page.links():
        # A citation's title holds the whole reference.
        target = page.target(link["href"]) if link.get("title") else None
        if target and target[0] in site.pages:
            entry = read(target[0]).article.find(id=target[1], role="doc-biblioentry")
            if entry:
                name = f"reference-{target[1]}"
                entries[name] = entry
                link["href"] = f"#{name}"
    for name, entry in entries.items():
        entry["id"] = name
        for back in entry.find_all("a"):
            if (back.get("href") or "#").startswith(("#", ".")):
                back.unwrap()
    return sorted(entries.values(), key=lambda entry: entry.get_text(" ", strip=True))
