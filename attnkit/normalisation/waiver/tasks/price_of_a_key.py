"""What a reading loses with one of its keys, without reading again."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["PRICE_OF_A_KEY"]


def rows(generator, variant):
    """Weights that sum to one, and values, from two keys on; the last key is the one removed."""
    for n_keys in (2, 3, variant["n_keys"]):
        scores = torch.randn(n_keys, generator=generator, dtype=torch.float64)
        values = torch.randn(n_keys, 3, generator=generator, dtype=torch.float64)
        yield {"weights": scores.softmax(-1), "values": values}


def ask(answer, weights, values):
    """The answer to the removal of the last key."""
    return answer(weights[-1], values[-1], weights @ values)


def read_again(weights, values, renormalise):
    """How far the reading is from one in which the last key has no part."""
    rest = weights[:-1] / weights[:-1].sum() if renormalise else weights[:-1]
    return (rest @ values[:-1] - weights @ values).norm()


@law("an empty value", "A key whose value is zero can be dropped for nothing.", cases=rows)
def an_empty_value(answer, weights, values):
    values[-1] = 0
    return compare.against(ask(answer, weights, values)[0], 0.0, what="the first distance")


@law(
    "equal values",
    "Where all values are the same, renormalising gives back all that was dropped.",
    cases=rows,
)
def equal_values(answer, weights, values):
    same = values[:1].expand_as(values)
    return compare.against(ask(answer, weights, same)[1], 0.0, what="the second distance")


@law("dropped", "The first distance is that to a reading without the key.", cases=rows)
def dropped(answer, weights, values):
    wanted = read_again(weights, values, renormalise=False)
    return compare.against(ask(answer, weights, values)[0], wanted, what="the first distance")


@law(
    "dropped and renormalised",
    "The second is that to a reading whose other weights were scaled to sum to one again.",
    cases=rows,
)
def dropped_and_renormalised(answer, weights, values):
    wanted = read_again(weights, values, renormalise=True)
    return compare.against(ask(answer, weights, values)[1], wanted, what="the second distance")


PRICE_OF_A_KEY = Task(
    name="price-of-a-key",
    title="The price of a key",
    kind="derive",
    difficulty=2,
    minutes=25,
    statement=r"""
A key with the weight $a$ and the value $v$ is taken out of a row of {n_keys} keys whose weights sum
to one and which reads $c$. Write `removal_cost(weight, value, context)` without anything of
attnkit: two distances in a tensor, how far the reading moves if the key is dropped, and how far if
the other weights are then scaled up until they sum to one again. You are given $a$, $v$ and $c$
alone: derive that this is enough.
""",
    hints=(
        "Write the reading as what the key gives, and what all others give together.",
        "After scaling, the others' part is divided by what they weigh together.",
        "Subtract the old reading, and look for a multiple of a difference of two vectors.",
    ),
    placeholder='''
def removal_cost(weight, value, context):
    """Distances (2,) of a key's weight, its value (channel,) and the reading (channel,)."""
    return torch.full((2,), float("nan"), dtype=context.dtype)
''',
    laws=(an_empty_value, equal_values, dropped, dropped_and_renormalised),
    variants={"n_keys": (5, 7, 11)},
    library={},
)
