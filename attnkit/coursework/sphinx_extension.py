"""Exercises of a chapter, from the tasks that the rooms declare.

In a chapter::

    ```{task} entmax-threshold
    ```
    In {ref}`task-entmax-threshold` you write it yourself.

Every declared task stands in exactly one chapter, or the build warns. Solutions lie in the
teacher's own folder and are left out, unless that folder is named when the book is built::

    ATTNKIT_SOLUTIONS=teacher/solutions make book
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

import attnkit
from attnkit.book.leave_out import left_out
from attnkit.coursework.catalogue import (
    exercise_number,
    exercise_numbers,
    find_task,
    tasks,
    variant,
)
from attnkit.coursework.handout import HandoutError
from attnkit.coursework.handout.solutions import Solution, read_solution
from attnkit.coursework.handout.splice import function_name
from attnkit.coursework.places import TaskPlaces
from attnkit.coursework.task import Task
from attnkit.rooms import room_file
from attnkit.words import say, words

logger = logging.getLogger(__name__)


class TaskDirective(SphinxDirective):
    """Set a task here."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write the exercise: heading, statement, hints, how to check it, and what is turned on."""
        try:
            task = find_task(self.arguments[0])
            solution = self._solution(task)
        except (ValueError, HandoutError) as error:
            raise self.error(str(error)) from None
        for source in _declared_in(task):
            self.env.note_dependency(source)
        label = f"task-{task.name}"
        box = nodes.container("", classes=["task"], ids=[label])
        number = exercise_number(task)
        title = say("exercise.heading", number=number, title=task.title)
        box += nodes.rubric(title, title, classes=["task-heading"])
        box += self._body(task)
        box += self._solved(solution) if solution else []
        first = not self.env.get_domain("task").set_on(self.env.docname)
        self.env.get_domain("task").note(task.name, self.env.docname, label, title)
        return [*(self._where_to_get_it() if first else []), box]

    def _where_to_get_it(self) -> Iterator[nodes.Node]:
        """Before the first task of a page: a link to the page that says how to install."""
        page = self.config.coursework_install
        if page:
            words, link = say("exercise.install"), say("exercise.get_it")
            yield from self._parsed(f"{words} {{doc}}`{link} </{page}>`.")

    def _solution(self, task: Task) -> Solution | None:
        folder = self.config.coursework_solutions
        return read_solution(task, Path(self.env.srcdir) / folder) if folder else None

    def _body(self, task: Task) -> Iterator[nodes.Node]:
        facts = _facts(task)
        yield nodes.paragraph(facts, facts, classes=["task-facts"])
        yield from self._parsed(task.statement.format(**variant(task)))
        for number, hint in enumerate(task.hints, start=1):
            yield from _folded(say("exercise.hint", number=number), self._parsed(hint))
        if task.laws:
            yield from _folded(say("exercise.start"), [_code(_start(task))])
            yield from self._parsed(say("exercise.check", call=_check(task)))
        if task.rubric:
            points = "\n".join(f"- {point}" for point in task.rubric)
            yield from _folded(say("exercise.rubric"), self._parsed(points))

    def _solved(self, solution: Solution) -> Iterator[nodes.Node]:
        self.env.note_dependency(str(solution.path))
        shown = self._parsed(solution.explanation)
        code = [_code(solution.code)] if solution.code else []
        yield from _folded(say("exercise.solution"), [*shown, *code])

    def _parsed(self, text: str) -> list[nodes.Node]:
        parsed = nodes.container()
        lines = StringList(text.strip().splitlines(), source=f"task {self.arguments[0]}")
        self.state.nested_parse(lines, 0, parsed)
        return parsed.children


def _facts(task: Task) -> str:
    kind = words("exercise")[task.kind]
    return say("exercise.facts", kind=kind, difficulty=task.difficulty, minutes=task.minutes)


def _check(task: Task) -> str:
    return f'check("{task.name}", {function_name(task.placeholder)})'


def _start(task: Task) -> str:
    imports = "import math\n\nimport torch\n\nfrom attnkit.coursework import check"
    return f"{imports}\n\n\n{task.placeholder.strip()}\n\n\n{_check(task)}"


def _code(source: str) -> nodes.literal_block:
    return nodes.literal_block(source, source, language="python")


def _folded(title: str, inside: list[nodes.Node]) -> Iterator[nodes.Node]:
    opening = f'<details class="task-fold"><summary>{title}</summary>'
    yield nodes.raw("", opening, format="html")
    yield from inside
    yield nodes.raw("", "</details>", format="html")


def _declared_in(task: Task) -> list[str]:
    """Files of the library that hold the task: a page is read again when one of them changes."""
    modules = [module for name, module in sys.modules.items() if name.startswith("attnkit.")]
    files = [m.__file__ for m in modules if any(thing is task for thing in vars(m).values())]
    return [*files, str(room_file(tasks().module_of(task.name).split(".")[1]))]


def check_places(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn of a task that stands in no chapter, in two, or out of its order."""
    places = env.get_domain("task")
    gone = left_out(app.config, app.srcdir).tasks
    numbers = {name: number for name, number in exercise_numbers().items() if name not in gone}
    for problem in (*places.problems(numbers), *places.disorder(numbers)):
        logger.warning(problem)


def check_parts(app: Sphinx, env: BuildEnvironment) -> None:
    """Warn where a chapter stands in another part than its problem set says."""
    if left_out(app.config, app.srcdir).pages:
        return  # parts may be numbered anew, and exercises keep their numbers
    numbers = exercise_numbers()
    for page, (part, _) in getattr(env, "attnkit_numbers", {}).items():
        for name in env.get_domain("task").set_on(page):
            number = numbers[name]
            if number.partition(".")[0] != str(part):
                logger.warning(
                    "%s is in part %s, but sets exercise %s: change the `part` in its room.toml",
                    *(page, part, number),
                )


def add_style(app: Sphinx, config: Config) -> None:
    """Let Sphinx copy the style of the exercises into the site."""
    config.html_static_path = [*config.html_static_path, str(Path(__file__).parent / "assets")]


def setup(app: Sphinx) -> dict:
    """Register with Sphinx."""
    app.add_config_value("coursework_solutions", os.environ.get("ATTNKIT_SOLUTIONS", ""), "env")
    app.add_config_value("coursework_install", "", "env")
    app.add_domain(TaskPlaces)
    app.add_directive("task", TaskDirective)
    app.add_css_file("coursework.css")
    app.connect("config-inited", add_style)
    app.connect("env-check-consistency", check_places)
    app.connect("env-check-consistency", check_parts)
    return {"version": attnkit.__version__, "parallel_read_safe": True, "parallel_write_safe": True}
