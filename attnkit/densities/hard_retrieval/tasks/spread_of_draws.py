"""How far a drawn readout is from the mean."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SPREAD_OF_DRAWS"]


def rows(generator, variant):
    """Weights that sum to one, and values."""
    for n_keys in (1, 2, variant["n_keys"]):
        scores = 2 * torch.randn(n_keys, generator=generator, dtype=torch.float64)
        values = torch.randn(n_keys, 3, generator=generator, dtype=torch.float64)
        yield {"weights": scores.softmax(-1), "values": values}


@law("no doubt, no spread", "All weight on one key leaves nothing to chance.", cases=rows)
def no_doubt(answer, weights, values):
    sure = torch.zeros_like(weights)
    sure[-1] = 1
    return compare.against(answer(sure, values), 0.0, what="the spread of a sure row")


@law("moved values", "The same vector added to all values changes nothing.", cases=rows)
def moved_values(answer, weights, values):
    here = answer(weights, values.clone())
    return compare.against(answer(weights, values + 3), here, what="the spread of moved values")


@law("twice the values", "Values twice as long spread four times as much.", cases=rows)
def twice_the_values(answer, weights, values):
    here = answer(weights, values.clone())
    return compare.against(answer(weights, 2 * values), 4 * here, what="the spread of long values")


@law("counted out", "It is the mean squared distance, over keys by weight.", cases=rows)
def counted_out(answer, weights, values):
    mean = weights @ values
    away = torch.stack([(each - mean).square().sum() for each in values])
    return compare.against(answer(weights, values), weights @ away, what="the spread")


SPREAD_OF_DRAWS = Task(
    name="spread-of-draws",
    title="The noise of reading one key",
    kind="derive",
    difficulty=1,
    minutes=15,
    statement=r"""
Hard retrieval draws one key by its weight and reads its value. Its mean is the usual readout. Write
its mean squared distance from there as `spread_of_draws(weights, values)`, for one row of {n_keys}
keys, say, and values (key, channel), without anything of attnkit, and without drawing. When is it
zero?
""",
    hints=(
        "The mean of a square and the square of a mean differ by this much.",
        "Each value is read as often as its weight says; average its squared length.",
        "Subtract the squared length of the usual readout from that average.",
    ),
    placeholder='''
def spread_of_draws(weights, values):
    """Mean squared distance of a drawn value from the readout weights @ values."""
    return float("nan")
''',
    laws=(no_doubt, moved_values, twice_the_values, counted_out),
    variants={"n_keys": (5, 7, 11)},
    library={},
)
