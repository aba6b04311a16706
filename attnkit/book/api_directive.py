"""The directive `{api} memory`: what a room exports, then what each mechanism adds to that."""

from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from attnkit.book.public_names import own_names
from attnkit.cards import cards
from attnkit.rooms import rooms

__all__ = ["connect"]


class Api(SphinxDirective):
    """Document a room; without an argument every room that has no page of its own here."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write each module's names by autodoc."""
        if self.arguments:
            return self._room(self.arguments[0])
        beside = {path.stem for path in Path(self.get_source_info()[0]).parent.glob("*.md")}
        further = [room for room in rooms() if room not in beside]
        return [self._section(f"attnkit.{room}", self._room(room)) for room in further]

    def _room(self, room: str) -> list[nodes.Node]:
        found = self._module(f"attnkit.{room}")
        written = Path(self.get_source_info()[0]).read_text(encoding="utf-8")
        for card in (card for card in cards() if card.room == room):
            self.env.note_dependency(str(card.path.with_name("__init__.py")))
            module = f"attnkit.{room}.{card.name}"
            if f"automodule:: {module}\n" in written:
                continue  # the page says how it wants to show this one
            if names := own_names(module):
                found.append(self._section(module, self._module(module, ", ".join(names))))
        return found

    def _module(self, module: str, members: str = "") -> list[nodes.Node]:
        lines = [
            "```{eval-rst}",
            f".. automodule:: {module}",
            f"   :members: {members}".rstrip(),
            "   :imported-members:",
            "```",
        ]
        holder = nodes.Element()
        self.state.nested_parse(StringList(lines, "api"), self.content_offset, holder)
        return holder.children

    @staticmethod
    def _section(module: str, content: list[nodes.Node]) -> nodes.section:
        title = nodes.title("", "", nodes.literal("", module))
        label = module.replace(".", "-").replace("_", "-")
        return nodes.section("", title, *content, ids=[label], names=[label])


def outdated(
    app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set
) -> list[str]:
    """The pages of the API, where a mechanism or a room has come or gone since they were read."""
    now = sorted([*rooms(), *(f"{card.room}/{card.name}" for card in cards())])
    before, env.attnkit_mechanisms = getattr(env, "attnkit_mechanisms", None), now
    return [] if before == now else [page for page in env.found_docs if "/api/" in f"/{page}"]


def connect(app: Sphinx) -> None:
    """Register the directive, and when its pages are read again."""
    app.add_directive("api", Api)
    app.connect("env-get-outdated", outdated)
