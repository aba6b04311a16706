"""Buttons that open a notebook's page on Binder or Colab, where the repository has an address.

The settings are Jupyter Book's own, `repository` and `launch_buttons`. The theme's buttons for them
need GitHub or GitLab, and stop a build that has neither.
"""

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from attnkit.book.repository import Repository, repository
from attnkit.words import say

__all__ = ["connect"]

_KNOWN_TO_THE_THEME = ("github", "gitlab", "bitbucket")


def take_over(app: Sphinx, config: Config) -> None:
    """Read the settings, and let the theme draw no launch buttons of its own."""
    options = config.html_theme_options
    try:
        found = repository(
            {"url": options.get("repository_url"), "branch": options.get("repository_branch")}
        )
    except ValueError as error:
        raise ConfigError(str(error)) from None
    config.attnkit_repository = found
    config.attnkit_launch = options.pop("launch_buttons", {})
    if found and not any(name in found.host for name in _KNOWN_TO_THE_THEME):
        # Only its links to sources depend on this, and they are off.
        options.setdefault("repository_provider", "gitlab")


def put_buttons(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Put them first in the menus of a notebook's page."""
    found = app.config.attnkit_repository
    if found is None or context.get("page_source_suffix") != ".ipynb":
        return
    if buttons := _buttons(found, app.config.attnkit_launch, f"{page}.ipynb"):
        menu = {
            "type": "group",
            "tooltip": say("page.launch"),
            "icon": "fas fa-rocket",
            "buttons": buttons,
            "label": "launch-buttons",
        }
        context["header_buttons"].insert(0, menu)


def _buttons(found: Repository, launch: dict, file: str) -> list[dict]:
    """One for each service that is set and can read this repository."""
    binder, colab = launch.get("binderhub_url"), launch.get("colab_url")
    links = {
        "Binder": ("logo_binder.svg", found.on_binder(binder, file) if binder else None),
        "Colab": ("logo_colab.png", found.on_colab(colab, file) if colab else None),
    }
    return [
        {
            "type": "link",
            "text": service,
            "tooltip": say("page.launch_on", service=service),
            "icon": f"_static/images/{icon}",
            "url": url,
        }
        for service, (icon, url) in links.items()
        if url
    ]


def connect(app: Sphinx) -> None:
    """Before the theme reads its options, and after it has made its menus."""
    app.add_config_value("attnkit_repository", None, "html")
    app.add_config_value("attnkit_launch", {}, "html")
    app.connect("config-inited", take_over)
    app.connect("html-page-context", put_buttons, priority=950)
