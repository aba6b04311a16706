"""Where the repository lies, if `repository` in `book/_config.yml` says so, and what opens it.

Without an address there is no link: none is guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

__all__ = ["Repository", "repository"]

_ADDRESS = re.compile(r"https://[\w.:-]+(/[\w.~-]+){2,}")


@dataclass(frozen=True)
class Repository:
    """A public repository: its https address, and the branch that is opened."""

    url: str
    branch: str = "main"

    @property
    def host(self) -> str:
        """The host alone, such as `github.com`."""
        return urlsplit(self.url).netloc

    @property
    def path(self) -> str:
        """What follows the host, such as `team/attnkit`."""
        return urlsplit(self.url).path.strip("/")

    def on_binder(self, service: str, file: str) -> str:
        """Return the address at which a BinderHub opens a file of this repository in JupyterLab."""
        kinds = {"github.com": f"gh/{self.path}", "gitlab.com": f"gl/{quote(self.path, safe='')}"}
        place = kinds.get(self.host, f"git/{quote(self.url, safe='')}")
        branch = quote(self.branch, safe="")
        return f"{service.rstrip('/')}/v2/{place}/{branch}?urlpath=lab/tree/{quote(file)}"

    def on_colab(self, service: str, file: str) -> str | None:
        """Return the address at which Colab opens a notebook; None unless it lies on GitHub."""
        if self.host != "github.com":
            return None
        return f"{service.rstrip('/')}/github/{self.path}/blob/{self.branch}/{quote(file)}"


def repository(settings: Mapping[str, str | None]) -> Repository | None:
    """Return what Jupyter Book's `repository` section names; None where its `url` is empty.

    Raises
    ------
    ValueError
        If `url` is no https address of a repository.
    """
    url = (settings.get("url") or "").strip().rstrip("/").removesuffix(".git")
    if not url:
        return None
    if not _ADDRESS.fullmatch(url):
        raise ValueError(
            "repository: url in book/_config.yml must be the https address of a public repository, "
            f"such as https://host/team/name; got {url!r}"
        )
    return Repository(url, settings.get("branch") or "main")
