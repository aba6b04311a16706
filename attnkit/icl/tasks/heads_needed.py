"""How many heads a set of tasks needs."""

import torch

from attnkit.coursework import Task, law
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.tasks.drawn_prompts import normal, random_priors
from attnkit.icl.theory import (
    best_debiased_preconditioner,
    debiased_preconditioner_risk,
    shared_risk,
)

__all__ = ["HEADS_NEEDED"]


def _sizes(variant):
    return ((1, 2), (2, 2), (variant["n_tasks"], variant["d"]))


def _general(generator, variant):
    for n_tasks, d in (*_sizes(variant), (4, 2)):
        yield {"preconditioners": normal(generator, n_tasks, d, d)}


def _alike(generator, variant):
    for n_tasks, d in _sizes(variant):
        yield {"preconditioners": normal(generator, 1, d, d).repeat(n_tasks, 1, 1)}


def _mixed(generator, variant):
    for n_tasks, d in _sizes(variant)[1:]:
        own = normal(generator, n_tasks, d, d)
        shares = torch.rand(2, n_tasks, generator=generator, dtype=torch.float64)
        mixtures = torch.einsum("mt,tij->mij", shares, own)
        yield {"preconditioners": own, "enlarged": torch.cat([own, mixtures])}


def _tasks(generator, variant):
    priors = random_priors(generator, 2, 3)
    for kinds in ([0, 0], [0, 1], [0, 1, 1]):
        yield {"task": RegressionTask(3, 20, 0.1, prior=priors[kinds])}


def _compared(got, wanted: int) -> str | None:
    if int(got) == wanted:
        return None
    return f"the count is too {'large' if int(got) > wanted else 'small'}"


@law(
    "tasks that differ", "Tasks in general position need one head more than tasks.", cases=_general
)
def _general_position(answer, *, preconditioners):
    return _compared(answer(preconditioners), len(preconditioners) + 1)


@law("tasks alike", "Any number of equal tasks needs as many heads as one of them.", cases=_alike)
def _equal(answer, *, preconditioners):
    return _compared(answer(preconditioners), int(answer(preconditioners[:1])))


@law(
    "mixtures are free",
    "A task whose matrix is a mixture of the others' needs no head of its own.",
    cases=_mixed,
)
def _free(answer, *, preconditioners, enlarged):
    return _compared(answer(enlarged), int(answer(preconditioners)))


@law(
    "measured",
    "It is the least number of heads whose best risk is that of a matrix for each task.",
    cases=_tasks,
)
def _measured(answer, *, task):
    wanted = best_debiased_preconditioner(task)
    floor = debiased_preconditioner_risk(task, wanted).mean()
    heads = 2
    while shared_risk(task, heads).mean() > floor + 1e-9:
        heads += 1
    return _compared(answer(wanted), heads)


HEADS_NEEDED = Task(
    name="heads-needed",
    title="How many heads?",
    kind="predict",
    difficulty=1,
    minutes=15,
    statement=r"""
The chapter says that $N + 1$ heads suffice for $N$ tasks. Sometimes fewer do. Write
`heads_needed(preconditioners)`: the least number of heads (an `int`, at least 2) that serves the
tasks with the matrices $P_t$, given as (N, d, d), as well as a matrix for each would. Entries that
differ by less than a millionth of the largest count as equal.

Then measure. Take {n_tasks} tasks on {d} inputs and make two of them equal:
`attnkit.icl.theory.shared_risk(task, n_heads)` gives the risk of each task when the heads share as
well as they can, `best_debiased_preconditioner(task)` the matrices.
""",
    hints=(
        "Equal tasks first. What do they ask of the heads that one of them does not ask?",
        "In how many dimensions can the matrices lie that $H$ heads hand out?",
        "Flatten each matrix into a row. You need a number that belongs to the stack of rows, "
        "and a tolerance.",
    ),
    placeholder='''
def heads_needed(preconditioners):
    """The least number of heads that serves all tasks."""
    return float("nan")
''',
    laws=(_general_position, _equal, _free, _measured),
    variants={"n_tasks": (3, 4), "d": (3, 4)},
)
