"""Count neighbours by softmax after all: one key that has nothing to say."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["COUNT_BY_A_SINK"]


def neighbourhoods(generator, variant):
    """Numbers of like neighbours, their score, and the sink's."""
    for n_neighbours in (1, 3, variant["n_neighbours"]):
        for sink in (0.0, 1.5):
            score = torch.randn((), generator=generator).item()
            yield {"n_neighbours": n_neighbours, "score": score, "sink": sink}


def read_of(n_neighbours, score, sink):
    """What softmax reads of so many neighbours of value one beside a sink of value zero."""
    row = torch.full((n_neighbours + 1,), score, dtype=torch.float64)
    row[0] = sink
    return 1 - row.softmax(-1)[0].item()


@law("one neighbour", "What one neighbour leaves behind counts as one.", cases=neighbourhoods)
def one_neighbour(answer, n_neighbours, score, sink):
    return compare.against(
        answer(read_of(1, sink, sink), sink, sink), 1.0, what="the count of one like the sink"
    )


@law("twice as many", "Twice the neighbours count twice.", cases=neighbourhoods)
def twice_as_many(answer, n_neighbours, score, sink):
    once, twice = (
        answer(read_of(n, score, sink), score, sink) for n in (n_neighbours, 2 * n_neighbours)
    )
    return compare.against(twice, 2 * once, what="the count of twice as many")


@law("no matter the scores", "A constant in both scores counts alike.", cases=neighbourhoods)
def no_matter_the_scores(answer, n_neighbours, score, sink):
    read = read_of(n_neighbours, score, sink)
    shifted = answer(read, score + 0.7, sink + 0.7)
    return compare.against(shifted, answer(read, score, sink), what="the count after a shift")


@law("the number", "It is the number of neighbours.", cases=neighbourhoods)
def the_number(answer, n_neighbours, score, sink):
    found = answer(read_of(n_neighbours, score, sink), score, sink)
    return compare.against(found, float(n_neighbours), what="the count")


COUNT_BY_A_SINK = Task(
    name="count-by-a-sink",
    title="Count by a key that says nothing",
    kind="derive",
    difficulty=1,
    minutes=15,
    statement=r"""
Softmax over neighbours that are all alike reads the same, however many they are. Add one key whose
value is zero: a sink. Now {n_neighbours} neighbours, say, with the value one and a common score
read less than one, and how much less tells how many they are. Write
`count_by_sink(read, score, sink_score)` without anything of attnkit. From how many neighbours on
would you not trust it in half precision?
""",
    hints=(
        "How much weight is left to the sink?",
        "Write the odds of all the neighbours together against the sink.",
        "Each neighbour adds the same to the odds; take out what one of them adds.",
    ),
    placeholder='''
def count_by_sink(read, score, sink_score):
    """How many neighbours of value one stand beside a sink, from what softmax reads of them."""
    return float("nan")
''',
    laws=(one_neighbour, twice_as_many, no_matter_the_scores, the_number),
    variants={"n_neighbours": (5, 12, 40)},
    library={},
)
