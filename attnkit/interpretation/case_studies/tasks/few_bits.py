"""Round the keys of a head to few bits."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["FEW_BITS"]


def heads(generator, variant):
    """States (token, feature), and how many bits are left."""
    for n_bits in (2, 3, variant["n_bits"]):
        states = torch.randn(7, 5, generator=generator, dtype=torch.float64)
        yield {"states": states, "n_bits": n_bits}


@law("turned round", "The negative of the states is rounded to the negative.", cases=heads)
def negative(answer, states, n_bits):
    found = answer(-states, n_bits)
    return compare.against(found, -answer(states, n_bits), what="the negative, rounded,")


@law("the largest stays", "The entry that is largest in size stays as it is.", cases=heads)
def the_largest_stays(answer, states, n_bits):
    place = states.abs().flatten().argmax()
    found = answer(states, n_bits).flatten()[place]
    return compare.against(found, states.flatten()[place], what="the largest entry")


@law("zero stays", "A token of zeros stays one, whatever the others are.", cases=heads)
def zero_stays(answer, states, n_bits):
    padded = torch.nn.functional.pad(states, (0, 0, 0, 1))
    return compare.against(answer(padded, n_bits)[-1], padded[-1], what="the token of zeros")


@law("few values", "No more values than the grid has with zero in its middle.", cases=heads)
def few_values(answer, states, n_bits):
    kinds = len(answer(states, n_bits).mul(1e6).round().unique())
    few = kinds <= 2**n_bits - 1
    return None if few else "more values are left than a grid around zero has in so many bits"


@law("half a step", "No entry moves further than half a step of the even grid.", cases=heads)
def half_a_step(answer, states, n_bits):
    half = states.abs().amax() / (2**n_bits - 2)
    moved = (answer(states, n_bits) - states).abs()
    return compare.at_most(moved, half.expand_as(moved), what="the way that entries move")


FEW_BITS = Task(
    name="few-bits",
    title="Keys in few bits",
    kind="implement",
    difficulty=1,
    minutes=15,
    statement=r"""
Keep a head's keys in few bits, {n_bits} say: one grid for all its tokens, evenly spaced, with zero
in its middle and the entry that is largest in size at one of its ends. Write `kept_in_bits(states,
n_bits)` for states (token, feature), without anything of attnkit: each entry at the nearest point
of the grid. How many of the $2^b$ values that $b$ bits can tell apart does this grid use?
""",
    hints=(
        "How many points does the grid have on the side above zero?",
        "The step is the largest size over that number of points.",
        "Divide by the step, round to whole numbers, and multiply again.",
    ),
    placeholder='''
def kept_in_bits(states, n_bits):
    """States (token, feature), each entry at the nearest point of the grid."""
    return torch.full_like(states, float("nan"))
''',
    laws=(negative, the_largest_stays, zero_stays, few_values, half_a_step),
    variants={"n_bits": (4, 5, 6)},
    library={},
)
