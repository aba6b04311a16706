"""What a task does without is seen, however an answer reaches for it."""

import sys

import pytest
import torch

import attnkit
from attnkit.coursework import check
from attnkit.memory import delta_rule, linear_attention
from tests.coursework.answers import one_gradient_step
from tests.densities.alpha_family.answers import sum_to_integral
from tests.memory.linear.answers import gradients_by_renaming


def by_entmax(scores, alpha):
    """Tau from the weight that attnkit's solver gives to the best key."""
    weights = attnkit.entmax(scores, alpha)
    best = int(scores.argmax())
    return float(scores[best] - weights[best] ** (alpha - 1) / (alpha - 1))


def by_a_helper(scores, alpha):
    return (lambda row: by_entmax(row, alpha))(scores)


def by_another_name(scores, alpha, solver=attnkit.attention):
    row = solver(torch.ones(1, 1), scores[:, None].float(), torch.eye(len(scores)))
    return by_entmax(scores, alpha) if row is not None else None


def by_an_import(scores, alpha):
    import attnkit.densities.finite.maps as hidden

    return float(scores.max()) - float(hidden.entmax(scores, alpha).max())


@pytest.mark.parametrize("answer", [by_entmax, by_a_helper, by_an_import])
def test_a_solver_of_attnkit_is_no_answer(answer):
    report = check("entmax-threshold", answer)
    assert not report.passed
    assert "your function calls attnkit's `entmax`, and the task asks" in report.message


def test_the_first_call_is_named():
    assert "calls attnkit's `attention`" in check("entmax-threshold", by_another_name).message


@pytest.mark.filterwarnings("ignore")
def test_a_memory_of_attnkit_is_no_answer():
    report = check(
        "delta-memory",
        lambda queries, keys, values, rate: delta_rule(
            queries[None], keys[None], values[None], rate[None]
        )[0][0],
    )
    assert "your function calls attnkit's `delta_rule`" in report.message


def test_what_is_allowed_once_is_not_allowed_twice():
    def twice(score, spacing, alpha):
        attnkit.entmax(score, alpha)
        return attnkit.entmax(score, alpha) / spacing

    assert check("sum-to-integral", sum_to_integral.right).passed
    assert "calls attnkit's `entmax` 2 times" in check("sum-to-integral", twice).message

    def softly(score, spacing, alpha):
        return attnkit.softmax(score) / spacing

    assert "calls attnkit's `softmax`, and" in check("sum-to-integral", softly).message


def by_autograd(queries, keys, values, output_gradient):
    leaves = [each.clone().requires_grad_() for each in (queries, keys, values)]
    reads = linear_attention(*(leaf[None] for leaf in leaves))[0][0]
    return torch.autograd.grad((reads * output_gradient).sum(), leaves)


def test_autograd_is_seen_where_the_task_does_without():
    assert check("gradients-by-renaming", gradients_by_renaming.right).passed
    report = check("gradients-by-renaming", by_autograd)
    assert "your function uses autograd" in report.message


def _with_loss(w, inputs, targets):
    return ((targets - inputs @ w) ** 2).mean() / 2


def by_backward(inputs, targets, query, rate):
    w = torch.zeros_like(query, requires_grad=True)
    _with_loss(w, inputs, targets).backward()
    return -rate * w.grad @ query


def by_functional_gradient(inputs, targets, query, rate):
    slope = torch.func.grad(_with_loss)(torch.zeros_like(query), inputs, targets)
    return -rate * slope @ query


@pytest.mark.parametrize("answer", [by_backward, by_functional_gradient])
def test_no_way_of_differentiating_is_overlooked(answer):
    torch.func.grad(torch.sin)(torch.zeros(()))  # its first call imports for seconds
    assert "your function uses autograd" in check("one-gradient-step", answer).message


def test_a_profiler_of_the_students_own_goes_on():
    calls = []
    before = sys.getprofile()
    sys.setprofile(lambda *event: calls.append(event))
    try:
        check("one-gradient-step", one_gradient_step.right)
        assert sys.getprofile() is not before
    finally:
        sys.setprofile(before)
    assert calls
