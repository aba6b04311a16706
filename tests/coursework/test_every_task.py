"""Every task keeps its promises: right answers pass, each wrong one breaks the law it should."""

import importlib
import re
import string
from itertools import product
from pathlib import Path

import pytest

from attnkit.coursework import check, problem_sets, tasks, variant
from attnkit.coursework.catalogue import placeholder_function
from attnkit.coursework.guard import Guarded

ROOT = Path(__file__).parents[2]
SOLUTIONS = ROOT / "teacher" / "solutions"
TASKS = tasks()
CHECKED = [name for name, task in TASKS.items() if task.laws]
PROSE = [name for name, task in TASKS.items() if not task.laws]
KINDS = {"derive", "implement", "predict", "break", "explain"}


def module_name(name):
    return name.replace("-", "_")


def answers(name):
    return importlib.import_module(f"tests.coursework.answers.{module_name(name)}")


def wrong_answers():
    return [
        pytest.param(name, law, wrong, id=f"{name}-{wrong.__name__}")
        for name in CHECKED
        for law, rejected in answers(name).WRONG.items()
        for wrong in rejected
    ]


def solution(name):
    return (SOLUTIONS / f"{module_name(name)}.py").read_text()


@pytest.mark.parametrize("name", CHECKED)
def test_a_right_answer_passes(name):
    report = check(name, answers(name).right)
    assert report.passed, report


@pytest.mark.parametrize(("name", "law", "wrong"), wrong_answers())
def test_a_wrong_answer_breaks_its_law(name, law, wrong):
    report = check(name, wrong)
    assert (report.status, report.law) == ("failed", law), report
    assert max(map(len, str(report).splitlines())) <= 79 or "`" in report.message


@pytest.mark.parametrize("name", [name for name in CHECKED if TASKS[name].kind == "implement"])
def test_at_least_three_wrong_answers_are_tried(name):
    wrong = answers(name).WRONG
    assert sum(map(len, wrong.values())) >= 3
    assert set(wrong) <= {law.name for law in TASKS[name].laws}


@pytest.mark.parametrize("name", CHECKED)
def test_the_teachers_solution_passes(name):
    defined = placeholder_function(solution(name))
    report = check(name, defined)
    assert report.passed, report


@pytest.mark.parametrize("name", TASKS)
def test_the_teachers_solution_explains(name):
    assert len(compile_docstring(solution(name)).split()) >= 20


def compile_docstring(source):
    defined = {}
    exec(compile(source, "solution", "exec"), defined)
    return defined["__doc__"] or ""


@pytest.mark.parametrize("name", CHECKED)
def test_the_placeholder_is_not_done_yet(name):
    report = check(name, placeholder_function(TASKS[name].placeholder))
    assert report.status == "not done yet", report


@pytest.mark.parametrize("name", PROSE)
def test_prose_has_a_rubric(name):
    assert check(name).status == "graded by hand"
    assert len(TASKS[name].rubric) >= 2


@pytest.mark.parametrize("name", TASKS)
def test_statement_is_complete_in_every_variant(name):
    task = TASKS[name]
    fields = {field for _, field, _, _ in string.Formatter().parse(task.statement) if field}
    assert fields <= set(task.variants)
    for choice in product(*task.variants.values()):
        assert task.statement.format(**dict(zip(task.variants, choice, strict=True))).strip()


@pytest.mark.parametrize("name", TASKS)
def test_every_choice_of_a_variant_can_be_answered(name):
    """Each quantity's choices are tried in turn, with the others at their first."""
    task = TASKS[name]
    assert all(
        len(choices) == len(set(map(repr, choices))) >= 1 for choices in task.variants.values()
    )
    assert variant(task) == {quantity: choices[0] for quantity, choices in task.variants.items()}


@pytest.mark.parametrize("name", TASKS)
def test_hints_are_three_and_distinct(name):
    task = TASKS[name]
    assert len(set(task.hints)) == 3
    assert all(len(hint.split()) >= 4 for hint in task.hints)
    assert task.kind in KINDS
    assert 1 <= task.difficulty <= 3
    assert 5 <= task.minutes <= 120


def numbers(text):
    """Numbers of three significant digits or more, as they are written."""
    found = re.findall(r"\d+\.?\d*(?:e[-+]?\d+)?", text)
    return {n for n in found if len(n.partition("e")[0].replace(".", "").strip("0")) >= 3}


@pytest.mark.parametrize(("name", "law", "wrong"), wrong_answers())
def test_no_message_holds_the_wanted_number(name, law, wrong, monkeypatch):
    returned = []
    call = Guarded.__call__

    def recorded(self, *args, **kwargs):
        returned.append(call(self, *args, **kwargs))
        return returned[-1]

    report = check(name, wrong)
    told = numbers(report.message.partition("With ")[2].rpartition(": ")[2])
    monkeypatch.setattr(Guarded, "__call__", recorded)
    assert check(name, answers(name).right).passed
    wanted = {f"{abs(number):.{digits}g}" for number in flat(returned) for digits in (3, 4, 6)}
    assert told & wanted == set()


def flat(values):
    for value in values:
        if hasattr(value, "detach"):
            yield from value.detach().double().flatten().tolist()
        elif isinstance(value, (list, tuple)):
            yield from flat(value)
        elif isinstance(value, dict):
            yield from flat(value.values())
        elif isinstance(value, (int, float)):
            yield float(value)


@pytest.mark.parametrize("name", TASKS)
def test_no_solution_stands_in_the_package(name):
    """No line of the teacher's code, beyond what every program has, is in the student's files."""
    package = "\n".join(path.read_text() for path in (ROOT / "attnkit").glob("*/exercises/*.py"))
    lines = [line.strip() for line in solution(name).partition('"""\n')[2].splitlines()]
    telling = [
        line for line in lines if len(line) > 30 and not line.startswith(("def ", "import "))
    ]
    assert [line for line in telling if line in package and "import" not in line] == []


def test_every_set_has_six_tasks_and_all_kinds_occur():
    for problem_set in problem_sets().values():
        assert len(problem_set.tasks) >= 6, problem_set.name
    handed_out = [task.name for each in problem_sets().values() for task in each.tasks]
    assert sorted(handed_out) == sorted(TASKS)
    assert {task.kind for task in TASKS.values()} == KINDS
