"""Hints stand at the end of the printed book: an exercise leads to its own, and they lead back."""

from bs4 import BeautifulSoup, Tag

from attnkit.words import say

__all__ = ["gather_hints"]

_NEW = BeautifulSoup("", "html.parser")


def gather_hints(article: Tag) -> Tag:
    """Move what exercises fold away to one section at the end of the article, and return it.

    The code to start from stays where it is.
    """
    section = _NEW.new_tag("section")
    for task in article.select("div.task"):
        folds = [f for f in task.select("details.task-fold") if not _is_start(f)]
        if folds:
            section.append(_entry(task, folds))
    article.append(section)
    return section


def _entry(task: Tag, folds: list[Tag]) -> Tag:
    name = task["id"]
    entry = _NEW.new_tag("div", attrs={"id": f"{name}-hints", "class": "paper-hint"})
    entry.append(_link(f"#{name}", task.select_one(".task-heading").get_text(strip=True)))
    for fold in folds:
        entry.append(fold.extract())
    task.append(_link(f"#{name}-hints", say("paper.hints_there")))
    return entry


def _link(address: str, text: str) -> Tag:
    line = _NEW.new_tag("p", attrs={"class": "paper-hint-link"})
    link = _NEW.new_tag("a", href=address)
    link.string = text
    line.append(link)
    return line


def _is_start(fold: Tag) -> bool:
    return fold.summary.get_text(strip=True) == say("exercise.start")
