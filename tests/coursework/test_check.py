"""Whatever a student's function does, a plain sentence comes back."""

import random
import threading
import time

import numpy
import pytest
import torch

from attnkit.coursework import Student, check, problem_sets, tasks
from attnkit.coursework.limits import CALL_SECONDS, PATIENCE, TASK_SECONDS
from attnkit.coursework.surroundings import left_alone

pytestmark = pytest.mark.usefixtures("tiny_room")


def right(scores):
    if not scores.is_floating_point():
        raise TypeError("integers have no softmax")
    return scores.softmax(-1)


def message(answer):
    report = check("soft-weights", answer)
    assert not report.passed
    return " ".join(str(report).split())


def test_a_right_answer_passes():
    report = check("soft-weights", right)
    assert (report.passed, report.status, report.law) == (True, "passed", None)
    assert report.require() is None
    assert "mass one, softmax, refusal" in str(report)


def test_the_first_law_that_breaks_is_named_with_its_smallest_input():
    report = check("soft-weights", lambda scores: torch.ones_like(scores) / len(scores))
    assert (report.status, report.law) == ("failed", "softmax")
    assert len(report.case["scores"]) == 2
    assert "these hold: mass one." in report.message
    with pytest.raises(AssertionError, match="softmax"):
        report.require()


def test_the_direction_is_told_and_the_number_is_not():
    told = message(lambda scores: 1.1 * scores.softmax(-1))
    assert "the sum of the weights is too large." in told
    assert "too small" in message(lambda scores: 0.9 * scores.softmax(-1))


def raising(scores):
    return scores / (1 // 0)


def changing(scores):
    scores -= scores.max()
    return scores.softmax(-1)


def changing_through_numpy(scores):
    scores.numpy()[0] = 0.0
    return scores.softmax(-1)


def leaving(scores):
    raise SystemExit


class WordlessError(BaseException):
    def __str__(self):
        raise ValueError


def wordless(scores):
    raise WordlessError


def nothing_for_two(scores):
    return scores.softmax(-1) if len(scores) != 2 else None


def nan_for_two(scores):
    return scores.softmax(-1) if len(scores) != 2 else scores * torch.nan


def growing(scores):
    return torch.cat([scores, scores]).softmax(-1)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (raising, "raised ZeroDivisionError (`integer division or modulo by zero`) at line"),
        (raising, "`return scores / (1 // 0)`"),
        (leaving, "your function raised SystemExit at line"),
        (wordless, "your function raised WordlessError at line"),
        (changing, "your function changes its input"),
        (changing_through_numpy, "your function changes its input"),
        (nothing_for_two, "your function returned None"),
        (nan_for_two, "your function returned NaN"),
        (growing, "a float64 tensor of shape (2,), not a float64 tensor of shape (1,)"),
        (lambda scores: scores.float().softmax(-1), "float32 tensor of shape (1,), not a float64"),
        (lambda scores: scores.softmax(-1).numpy(), "of type ndarray, and a tensor is wanted"),
        (lambda scores: (scores, scores), "a tuple of 2, and a tensor is wanted"),
        (lambda: 1.0, "your function takes (), and the task asks for (scores)"),
        (lambda first, second: first, "takes (first, second), and the task asks for (scores)"),
        (3.0, "Hand over the function itself"),
    ],
)
def test_a_mistake_is_told_in_a_sentence(answer, sentence):
    told = message(answer)
    assert sentence in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    "answer", [None, ..., lambda scores: None, lambda scores: scores * torch.nan]
)
def test_a_placeholder_is_not_done_yet(answer):
    assert check("soft-weights", answer).status == "not done yet"


def test_not_implemented_is_not_done_yet_and_printing_is_told():
    def unwritten(scores):
        raise NotImplementedError

    assert check("soft-weights", unwritten).status == "not done yet"
    assert "Your function prints" in message(print)


def test_what_an_answer_prints_is_dropped(capsys):
    check("soft-weights", lambda scores: print("here") or right(scores))
    assert capsys.readouterr().out == ""


def forever(scores):
    while True:
        pass


def asleep(scores):
    time.sleep(2 * CALL_SECONDS)


def stubborn(scores):
    while True:
        try:
            while True:
                pass
        except BaseException:
            return scores


@pytest.mark.parametrize("answer", [forever, asleep, stubborn])
def test_a_slow_answer_is_stopped(answer, monkeypatch):
    monkeypatch.setattr("attnkit.coursework.limits.CALL_SECONDS", 0.3)
    start = time.monotonic()
    assert "took more than 0.3 seconds for one call" in message(answer)
    assert time.monotonic() - start < 2


def test_a_busy_machine_makes_no_answer_slow(monkeypatch):
    """What counts is the time that an answer computes, unless it hardly computes at all."""
    monkeypatch.setattr("attnkit.coursework.limits.CALL_SECONDS", 0.3)
    monkeypatch.setattr("attnkit.coursework.limits.TASK_SECONDS", 0.9)
    seen = []

    def waiting(scores):
        seen.append(time.sleep(0.4 if not seen else 0))
        return right(scores)

    assert PATIENCE * 0.3 > 0.4
    assert check("soft-weights", waiting).passed == hasattr(time, "pthread_getcpuclockid")


def test_an_answer_that_computes_too_long_in_sum_is_stopped(monkeypatch):
    monkeypatch.setattr("attnkit.coursework.limits.TASK_SECONDS", 0.3)

    def busy(scores):
        until = time.thread_time() + 0.2
        while time.thread_time() < until:
            pass
        return right(scores)

    assert "took more than 0.3 seconds in all its calls" in message(busy)


def test_an_answer_that_is_slow_in_sum_is_stopped(monkeypatch):
    monkeypatch.setattr("attnkit.coursework.limits.TASK_SECONDS", 0.3)
    slow = message(lambda scores: time.sleep(0.4) or right(scores))
    assert "took more than 0.3 seconds in all its calls" in slow


def test_the_slowest_answers_to_a_set_are_told_within_a_minute():
    largest = max(sum(bool(task.laws) for task in each.tasks) for each in problem_sets().values())
    assert CALL_SECONDS < TASK_SECONDS
    assert largest * (TASK_SECONDS + 0.5) < 60


def test_a_check_works_in_a_thread():
    reports = []
    thread = threading.Thread(target=lambda: reports.append(check("soft-weights", right)))
    thread.start()
    thread.join()
    assert reports[0].passed


def test_an_interruption_passes_through():
    def interrupted(scores):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("soft-weights", interrupted)


def drawn_from_everywhere():
    return torch.rand(()).item(), numpy.random.rand(), random.random()  # noqa: NPY002


def test_every_check_of_an_answer_that_draws_gives_the_same_numbers():
    drawn = []
    for _ in range(2):
        check("soft-weights", lambda scores: drawn.append(drawn_from_everywhere()) or right(scores))
    half = len(drawn) // 2
    assert half
    assert drawn[:half] == drawn[half:]


def test_global_state_is_left_alone():
    torch.manual_seed(3)
    numpy.random.seed(3)  # noqa: NPY002
    random.seed(3)
    expected = drawn_from_everywhere()
    torch.manual_seed(3)
    numpy.random.seed(3)  # noqa: NPY002
    random.seed(3)
    with left_alone(seed=7):
        drawn_from_everywhere()
        torch.set_default_dtype(torch.float64)
    assert drawn_from_everywhere() == expected
    assert torch.get_default_dtype() == torch.float32


def test_a_check_leaves_torch_alone():
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    check("soft-weights", lambda scores: torch.rand_like(scores))
    assert torch.equal(before, torch.get_rng_state())
    assert torch.get_num_threads() == threads


def test_inputs_are_the_students_own():
    seen = []

    def watching(scores):
        seen.append(scores.clone())
        return right(scores)

    for student in (Student("ann", salt="x"), Student("ann", salt="x"), Student("bob", salt="x")):
        check("soft-weights", watching, student=student)
    calls = len(seen) // 3
    first, again, other = seen[0], seen[calls], seen[2 * calls]
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_hints_are_added_on_request():
    assert "Hint: What must it sum to?" in str(check("soft-weights", hint=1))
    assert check("soft-weights", right, hint=3).hint == "Subtract the *maximum* first."
    assert check("soft-weights").hint == ""
    for hint in (0, 4, -1, 2.0, True, "1"):
        with pytest.raises((ValueError, TypeError), match="hint must be "):
            check("soft-weights", hint=hint)


def test_prose_is_graded_by_hand():
    report = check("why-soft", "Because.")
    assert (report.status, report.passed) == ("graded by hand", False)
    assert "- Names the derivative." in str(report)
    assert "- Names the derivative." in report._repr_markdown_()


@pytest.mark.parametrize("name", ["soft-weigths", "Soft_Weights", "soft weights"])
def test_an_unknown_task_suggests_the_nearest(name):
    with pytest.raises(ValueError, match="did you mean 'soft-weights'"):
        check(name, right)


def test_a_name_like_no_other_lists_what_there_is():
    with pytest.raises(ValueError, match="there are soft-weights, why-soft"):
        check("zzz", right)


def test_a_report_is_readable_in_a_terminal_and_in_jupyter():
    report = check("soft-weights", growing, hint=2)
    assert max(map(len, repr(report).splitlines())) <= 79
    assert "✗ **soft-weights: failed**" in report._repr_markdown_()
    assert r"scores = \[" in report._repr_markdown_()


def test_tasks_and_sets_are_found():
    assert list(tasks()) == ["soft-weights", "why-soft"]
    assert [len(each.tasks) for each in problem_sets().values()] == [2]
