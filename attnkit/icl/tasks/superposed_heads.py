"""Three heads for two tasks: share them."""

from attnkit.coursework import Task, compare, law
from attnkit.icl.tasks.drawn_prompts import normal

__all__ = ["SUPERPOSED_HEADS"]


def _cases(generator, variant):
    for n_tasks, d in ((1, 1), (2, 2), (variant["n_tasks"], variant["d"])):
        yield {"wanted": normal(generator, n_tasks, d, d)}


@law("zero sum", "The gains of every task sum to zero over the heads.", cases=_cases)
def _zero_sum(answer, *, wanted):
    _, gains = answer(wanted)
    sums = gains.sum(-1)
    return compare.against(sums, 0 * sums, tolerance=1e-6, what="the sum of a task's gains")


@law(
    "right matrices",
    "For every task, matches weighted by its gains add up to its matrix.",
    cases=_cases,
)
def _matrices(answer, *, wanted):
    key_query, gains = answer(wanted)
    handed_out = (gains @ key_query.flatten(1)).reshape(wanted.shape)
    return compare.against(handed_out, wanted, tolerance=1e-6, what="a task's matrix")


SUPERPOSED_HEADS = Task(
    name="superposed-heads",
    title="Heads that share their work",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
A layer is to serve $N$ tasks at once, each with its own matrix $P_t$. Write
`share_heads(preconditioners)`: from the matrices (N, d, d) it makes `key_query` of shape
(N + 1, d, d), the input blocks of the heads' circuits, and `gains` of shape (N, N + 1),
so that in the limit of small scales every task is answered by its own debiased step. $2N$ heads
would be easy. You have $N + 1$; here $N = {n_tasks}$ and $d = {d}$. Then find a second solution in
which every head has a gain for every task.
""",
    hints=(
        "Write the two conditions of the chapter as one matrix equation: gains times stacked "
        "matrices. Which vector must the rows of the gains be orthogonal to?",
        "Start with $N$ heads and one task each. The sums are not zero yet. What can a last head "
        "with all the missing gains do to the answers, and how do you make it harmless?",
        "Choose any $N$ independent rows of zero sum as gains. What is left is a linear system for "
        "the matches, with one solution to spare.",
    ),
    placeholder='''
def share_heads(preconditioners):
    """Matches and gains of N + 1 heads that serve N tasks."""
    n_tasks, d, _ = preconditioners.shape
    key_query = torch.full((n_tasks + 1, d, d), float("nan"), dtype=torch.float64)
    gains = torch.full((n_tasks, n_tasks + 1), float("nan"), dtype=torch.float64)
    return key_query, gains
''',
    laws=(_zero_sum, _matrices),
    variants={"n_tasks": (2, 3, 4), "d": (6, 4, 5)},
)
