"""Count what scores cost: two matrices, one, or a symmetric one."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["NUMBERS_OF_SCORES"]


def widths(generator, variant):
    """Widths and numbers of heads that divide them."""
    yield {"width": 4, "n_heads": 1}
    yield {"width": 6, "n_heads": 2}
    yield {"width": variant["width"], "n_heads": variant["width"]}
    yield {"width": variant["width"], "n_heads": 2}


@law("two for one", "With one head two matrices have twice the numbers of one.", cases=widths)
def two_for_one(answer, width, n_heads):
    separate, collapsed, _ = answer(width, 1)
    return compare.against(separate, 2 * collapsed, what="the first number of a single head")


@law("heads are free", "Heads that share the width change nothing in two matrices.", cases=widths)
def heads_are_free(answer, width, n_heads):
    return compare.against(
        answer(width, n_heads)[0], answer(width, 1)[0], what="the first number of several heads"
    )


@law("heads are dear", "A collapsed matrix is paid for by every head.", cases=widths)
def heads_are_dear(answer, width, n_heads):
    return compare.against(
        answer(width, n_heads)[1:], n_heads * answer(width, 1)[1:], what="what several heads cost"
    )


@law("the entries", "They are the entries that can be chosen freely.", cases=widths)
def the_entries(answer, width, n_heads):
    each = torch.arange(width)
    free = (each[:, None] >= each).sum()
    wanted = [2 * len(each) * n_heads * (width // n_heads), n_heads * width**2, n_heads * free]
    return compare.against(answer(width, n_heads), torch.tensor(wanted), what="the numbers")


NUMBERS_OF_SCORES = Task(
    name="numbers-of-scores",
    title="What does a score cost?",
    kind="derive",
    difficulty=1,
    minutes=15,
    statement=r"""
A layer of width $d$ has $H$ heads that share it, each of width $d/H$. Its scores can be made by a
query and a key matrix for every head, by their product alone (one $d \times d$ matrix for every
head), or by such a matrix that is symmetric. Write `numbers_of_scores(width, n_heads)`, a tensor
of three counts in this order, without biases and without anything of attnkit. From how many heads
on does collapsing cost more than it saves? Begin with a width of {width}.
""",
    hints=(
        "Write down the shape of every matrix of one head, then multiply by the heads.",
        "A head of two matrices maps the whole width to its own share of it, twice.",
        "In a symmetric matrix choose one triangle; do not forget where it begins.",
    ),
    placeholder='''
def numbers_of_scores(width, n_heads):
    """Counts (3,): query and key matrices, one matrix for each head, and a symmetric one."""
    return torch.full((3,), float("nan"))
''',
    laws=(two_for_one, heads_are_free, heads_are_dear, the_entries),
    variants={"width": (8, 12, 16)},
    library={},
)
