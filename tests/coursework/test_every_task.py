"""Every task keeps its promises: right answers pass, each wrong one breaks the law it should."""

import importlib
import re
import string
import time
from collections import Counter
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from attnkit.coursework import check, problem_sets, tasks
from attnkit.coursework.catalogue import placeholder_function
from attnkit.coursework.handout.splice import function_name
from attnkit.coursework.show import shown_case
from attnkit.discovery import layer_files

ROOT = Path(__file__).parents[2]
SOLUTIONS = ROOT / "teacher" / "solutions"
TASKS = tasks()
CHECKED = [name for name, task in TASKS.items() if task.laws]
PROSE = [name for name, task in TASKS.items() if not task.laws]
LARGEST_SET = max(sum(bool(task.laws) for task in each.tasks) for each in problem_sets().values())
SET_SECONDS = 60  # in which a whole set is checked
KINDS = {"derive", "implement", "predict", "break", "explain"}


def module_name(name):
    return name.replace("-", "_")


def answers_place(name):
    """The module of a task's answers: with its mechanism's tests, or among those of coursework."""
    room, *inside = TASKS.module_of(name).split(".")[1:]
    beside = ".".join(["tests", room, *inside[: inside.index("tasks")], "answers"])
    own = module_name(name)
    places = (f"tests.coursework.answers.{own}", f"{beside}.{own}", beside)
    return next((place for place in places if _path(place).exists()), None)


def _path(module):
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")


def answers(name):
    return importlib.import_module(answers_place(name))


def of_one_worker(names):
    """What one check of a task found, several tests of one worker look at."""
    return [pytest.param(name, marks=pytest.mark.xdist_group(name), id=name) for name in names]


def wrong_answers():
    """A task's wrong answers stay with one worker: two tests look at what one check found."""
    return [
        pytest.param(
            *(name, law, wrong),
            id=f"{name}-{wrong.__name__}",
            marks=pytest.mark.xdist_group(name),
        )
        for name in filter(answers_place, CHECKED)
        for law, rejected in answers(name).WRONG.items()
        for wrong in rejected
    ]


@cache
def checked(name, answer):
    return check(name, answer)


@cache
def right_answer_checked(name):
    """The report on a right answer to everybody's variant, and what it took to compute."""
    start = time.process_time()
    report = check(name, answers(name).right)
    return report, time.process_time() - start


@cache
def solution(name):
    return (SOLUTIONS / f"{module_name(name)}.py").read_text()


@cache
def handed_to_students():
    """All that the files of tasks say."""
    return "\n".join(path.read_text() for path in layer_files("tasks").values())


@pytest.mark.parametrize("name", of_one_worker(CHECKED))
def test_a_right_answer_passes(name):
    report, seconds = right_answer_checked(name)
    assert report.passed, report
    assert seconds < SET_SECONDS / LARGEST_SET


@pytest.mark.parametrize(("name", "law", "wrong"), wrong_answers())
def test_a_wrong_answer_breaks_its_law(name, law, wrong):
    report = checked(name, wrong)
    assert (report.status, report.law) == ("failed", law), report
    assert max(map(len, str(report).splitlines())) <= 79


@pytest.mark.parametrize("name", [name for name in CHECKED if TASKS[name].kind == "implement"])
def test_at_least_three_wrong_answers_are_tried(name):
    wrong = answers(name).WRONG
    n_wrong = sum(map(len, wrong.values()))
    assert n_wrong >= 3, f"{name}: {n_wrong} wrong answers are tried, and 3 at least are wanted"
    unknown = set(wrong) - {law.name for law in TASKS[name].laws}
    assert not unknown, f"{name}: WRONG names {unknown}, which are no laws of the task"


@pytest.mark.parametrize("name", CHECKED)
def test_the_teachers_solution_passes(name):
    defined = placeholder_function(solution(name))
    report = check(name, defined)
    assert report.passed, report


@pytest.mark.parametrize("name", TASKS)
def test_the_teachers_solution_explains(name):
    words = len(compile_docstring(solution(name)).split())
    assert words >= 20, f"{name}: the solution explains itself in {words} words, 20 are wanted"


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


@pytest.mark.parametrize("name", of_one_worker(CHECKED))
def test_a_right_answer_passes_in_every_variant(name, monkeypatch):
    """Each choice with the others at their first, and all at their last."""
    assert right_answer_checked(name)[0].passed
    for chosen in variants(TASKS[name].variants):
        monkeypatch.setattr("attnkit.coursework.checking.draw_variant", lambda *_, v=chosen: v)
        report = check(name, answers(name).right)
        assert report.passed, f"{chosen}: {report}"


def variants(choices):
    """The variants other than everybody's, which is the first of each; each of them once."""
    first = {quantity: values[0] for quantity, values in choices.items()}
    found = [{quantity: values[-1] for quantity, values in choices.items()}]
    for quantity, values in choices.items():
        found += [first | {quantity: value} for value in values[1:]]
    return [each for place, each in enumerate(found) if each not in [first, *found[:place]]]


@pytest.mark.parametrize("name", TASKS)
def test_hints_are_distinct_and_more_than_a_word(name):
    hints = TASKS[name].hints
    assert len(set(hints)) == 3, f"{name}: two hints are the same"
    short = [hint for hint in hints if len(hint.split()) < 4]
    assert not short, f"{name}: a hint of fewer than four words helps nobody: {short}"


@pytest.mark.parametrize("name", TASKS)
def test_minutes_are_those_of_an_exercise(name):
    minutes = TASKS[name].minutes
    assert 5 <= minutes <= 120, f"{name}: {minutes} minutes; an exercise takes 5 to 120"


@pytest.mark.parametrize(("name", "law", "wrong"), wrong_answers())
def test_no_message_holds_the_wanted_number(name, law, wrong):
    report = checked(name, wrong)
    given = [shown_case(report.case), *(law.statement for law in TASKS[name].laws)]
    told = numbers(re.sub(r"at index .*", "", report.message)) - numbers(" ".join(given))
    assert told & wanted_numbers(name, report) == set()


def numbers(text):
    return {f"{float(found):g}" for found in re.findall(r"\d+\.?\d*(?:e[-+]?\d+)?", text)}


def wanted_numbers(name, report):
    """What a right answer returns where the wrong one failed, rounded to what one might print."""
    returned = []

    def recorded(*args, **kwargs):
        returned.append(answers(name).right(*args, **kwargs))
        return returned[-1]

    law = next(law for law in TASKS[name].laws if law.name == report.law)
    assert law.test(recorded, **report.case) is None
    return {f"{abs(number):.{digits}g}" for number in flat(returned) for digits in (2, 3, 4, 6)}


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
    package = handed_to_students()
    lines = [line.strip() for line in solution(name).partition('"""\n')[2].splitlines()]
    telling = [
        line for line in lines if len(line) > 30 and not line.startswith(("def ", "import "))
    ]
    assert [line for line in telling if line in package and "import" not in line] == []


def test_every_task_is_in_one_set_and_all_kinds_occur():
    handed_out = [task.name for each in problem_sets().values() for task in each.tasks]
    assert sorted(handed_out) == sorted(TASKS)
    assert {task.kind for task in TASKS.values()} == KINDS


def test_no_two_tasks_ask_for_a_function_of_one_name():
    """A session may hold the answers to several tasks, and a name only one of them."""
    names = Counter(function_name(TASKS[name].placeholder) for name in CHECKED)
    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("name", [name for name in CHECKED if TASKS[name].library is not None])
def test_what_a_task_does_without_is_said(name):
    assert "attnkit" in TASKS[name].statement
