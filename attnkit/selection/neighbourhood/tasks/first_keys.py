"""Where the windows that neighbours share begin."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.selection.neighbourhood.windows import neighbourhood_keys

__all__ = ["FIRST_KEYS"]


def axes(generator, variant):
    """Axes with windows that fit, and strides up to them."""
    for n, window in ((7, 3), (12, 6), (variant["n_tokens"], 9)):
        for stride in (1, 3, window):
            places = torch.arange(n, dtype=torch.float64)
            yield {"places": places, "window": window, "stride": stride}


@law("inside", "Every window lies on the axis with all of its keys.", cases=axes)
def inside(answer, places, window, stride):
    first = answer(places, window, stride)
    return compare.at_least(first, torch.zeros_like(first), what="the first keys") or (
        compare.at_most(first + window - 1, torch.full_like(first, len(places) - 1.0), what="ends")
    )


@law("shared", "Neighbours of one group of the stride share their window.", cases=axes)
def shared(answer, places, window, stride):
    first = answer(places, window, stride)
    for group in first.split(stride):
        told = compare.against(group, group[:1].expand(len(group)), what="the first keys")
        if told:
            return told
    return None


@law("one query a window", "At a stride of one each inner query has its own.", cases=axes)
def one_query_a_window(answer, places, window, stride):
    inner = slice(window, len(places) - window)
    first = answer(places, window, 1)[inner]
    return compare.against(places[inner] - first, float(window // 2) + 0 * first, what="the gaps")


@law("as defined", "The leader of a group has its window around itself.", cases=axes)
def as_defined(answer, places, window, stride):
    kept = neighbourhood_keys((len(places),), window=window, stride=stride)
    wanted = kept.double().argmax(-1).double()
    return compare.against(answer(places, window, stride), wanted, what="the first keys")


FIRST_KEYS = Task(
    name="first-keys",
    title="Where does a shared window begin?",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
On an axis of n tokens, such as {n_tokens}, every s neighbours share a window of w keys. Their
leader is the one in their middle, the later of two; the window begins half its length, rounded
down, before the leader, and is moved inside where it would stick out. Write
`first_keys(places, window, stride)`, without anything of attnkit: for the places 0, 1, … the first
key of each window, in the dtype of the places.
""",
    hints=(
        "Which group is a query in, and where does that group begin?",
        "Half of the stride leads from the group's first query to the leader.",
        "Two borders are to be kept: one on the left, and one that the window's length sets.",
    ),
    placeholder='''
def first_keys(places, window, stride):
    """The first key of each query's window; places are all queries', as floats."""
    return torch.full_like(places, float("nan"))
''',
    laws=(inside, shared, one_query_a_window, as_defined),
    variants={"n_tokens": (29, 31, 37)},
    library={},
)
