"""Scores of places by which a head takes a running mean of anything."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["RUNNING_MEAN_BY_PLACE"]


def sizes(generator, variant):
    """Lengths from one place on, with values of three channels."""
    for n_places in (1, 2, variant["n_places"]):
        values = torch.randn(n_places, 3, generator=generator, dtype=torch.float64)
        yield {"n_places": n_places, "values": values}


def weights_of(answer, n_places):
    return answer(n_places).to(torch.float64).softmax(-1)


@law("numbers", "Every score is a number that a dot product can have: finite.", cases=sizes)
def numbers(answer, n_places, values):
    size = answer(n_places).to(torch.float64).abs()
    return compare.at_most(size.clamp_max(1e9), torch.full_like(size, 1e6), what="the scores' size")


@law("nothing ahead", "No place gives weight to one that comes later.", cases=sizes)
def nothing_ahead(answer, n_places, values):
    later = weights_of(answer, n_places).triu(1)
    return compare.against(later, torch.zeros_like(later), what="the weights of later places")


@law("equal shares", "Two places that are both seen have the same weight.", cases=sizes)
def equal_shares(answer, n_places, values):
    weights = weights_of(answer, n_places)
    first = weights[:, :1].expand_as(weights).tril()
    return compare.against(weights.tril(), first, what="the weights of earlier places")


@law("running mean", "The head reads the mean of all values so far.", cases=sizes)
def running_mean(answer, n_places, values):
    counts = torch.arange(1.0, n_places + 1, dtype=torch.float64)[:, None]
    return compare.against(
        weights_of(answer, n_places) @ values, values.cumsum(0) / counts, what="the read"
    )


RUNNING_MEAN_BY_PLACE = Task(
    name="running-mean-by-place",
    title="A running mean that looks at nothing",
    kind="derive",
    difficulty=1,
    minutes=20,
    statement=r"""
A positional head has no mask and sees no content: all it has is a table of scores of places, and
softmax of each row. Write `running_mean_scores(n_places)`, a table (query, key) by which it reads
the mean of all values so far, whatever they are. Every score is a finite number below a million
in size, as a product of two places is. Use nothing of attnkit. Why does the same table serve
numbers a thousand times as big? Try it at {n_places} places.
""",
    hints=(
        "Equal scores have equal weights: which scores of a row should be equal?",
        "The other keys need a weight that rounds to nothing, by a score that is finite.",
        "Weights are exponentials of differences: how large a difference is large enough?",
    ),
    placeholder='''
def running_mean_scores(n_places):
    """Finite scores (query, key) whose softmax reads the mean of all values up to the query."""
    return torch.full((n_places, n_places), float("nan"))
''',
    laws=(numbers, nothing_ahead, equal_shares, running_mean),
    variants={"n_places": (8, 11, 16)},
    library={},
)
