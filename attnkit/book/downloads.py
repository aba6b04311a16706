"""What a page offers to download: notebooks and print; not the markup a chapter is written in."""

from sphinx.application import Sphinx

__all__ = ["connect"]


def keep_useful(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Drop a chapter's source from the theme's menu: its directives mean nothing to a reader."""
    for menu in context.get("header_buttons", []):
        if menu.get("label") == "download-buttons":
            menu["buttons"] = [
                button
                for button in menu["buttons"]
                if not str(button.get("url", "")).partition("?")[0].endswith(".md")
            ]


def connect(app: Sphinx) -> None:
    """After the theme has made its menus."""
    app.connect("html-page-context", keep_useful, priority=950)
