"""A moving figure on paper: its title, the setting it stands at, its still picture, its caption."""

import json

from bs4 import BeautifulSoup, Tag

from attnkit.words import say

__all__ = ["put_stills"]


def put_stills(article: Tag) -> None:
    """Replace the figures of an article by what paper can show of them."""
    for block in article.select("div.attnkit-explorable"):
        spec = json.loads(block.find("script").string)
        block.replace_with(_still(spec, block["id"], block.find("img")))


def _still(spec: dict, name: str, picture: Tag) -> Tag:
    soup = BeautifulSoup("", "html.parser")
    figure = soup.new_tag("figure", attrs={"class": "paper-figure", "id": name})
    picture["class"] = "few" if len(spec["panels"]) == 1 else "many"
    setting = ", ".join(f"{c['label']} = {shown(c['default'])}" for c in spec["controls"])
    told = say("paper.setting", setting=setting) if setting else ""
    for tag, kind, text in (
        ("p", "paper-title", spec["title"]),
        ("p", "paper-setting", told),
        ("figcaption", "", spec["caption"]),
    ):
        part = soup.new_tag(tag, attrs={"class": kind} if kind else {})
        part.string = text
        figure.append(part)
    figure.insert(2, picture)
    return figure


def shown(value: float | str) -> str:
    """A setting as the page writes it: a number in its shortest form, a choice in its words."""
    return value if isinstance(value, str) else f"{value:.6g}".replace("-", "−")
