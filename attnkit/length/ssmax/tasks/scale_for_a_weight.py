"""Solve scalable softmax for its scale."""

import math

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SCALE_FOR_A_WEIGHT"]


def rows(generator, variant):
    """Lengths, leads and wanted weights."""
    for n_keys in (2, 17, variant["n_keys"]):
        gap, weight = 0.5 + 3 * torch.rand((), generator=generator).item(), 0.9
        yield {"n_keys": n_keys, "gap": gap, "weight": weight}
        yield {"n_keys": n_keys, "gap": gap, "weight": torch.rand((), generator=generator).item()}


@law("twice the lead", "A needle that leads by twice as much needs half the scale.", cases=rows)
def twice_the_lead(answer, n_keys, gap, weight):
    once, twice = answer(n_keys, gap, weight), answer(n_keys, 2 * gap, weight)
    return compare.against(2 * twice, once, what="the scale at twice the lead")


@law("one share of n", "No scale at all gives the needle one share of n.", cases=rows)
def one_share(answer, n_keys, gap, weight):
    return compare.against(answer(n_keys, gap, 1 / n_keys), 0.0, what="the scale for one share")


@law("long rows", "For a weight of one half the scale approaches one over the lead.", cases=rows)
def long_rows(answer, n_keys, gap, weight):
    far = answer(10**9, gap, 0.5)
    return compare.against(far * gap, 1.0, what="scale times lead in a long row", tolerance=1e-4)


@law("gets the weight", "At this scale the needle has the weight that was asked for.", cases=rows)
def gets_the_weight(answer, n_keys, gap, weight):
    row = torch.zeros(n_keys, dtype=torch.float64)
    row[0] = gap
    found = (float(answer(n_keys, gap, weight)) * math.log(n_keys) * row).softmax(-1)[0]
    return compare.against(found, weight, what="the needle's weight")


SCALE_FOR_A_WEIGHT = Task(
    name="scale-for-a-weight",
    title="How much scale does a needle need?",
    kind="derive",
    difficulty=2,
    minutes=25,
    statement=r"""
A needle leads by $D$ over $n - 1$ rivals, all equal. Scalable softmax multiplies the scores by
$s \log n$. Derive the $s$ at which the needle has a given weight, and write it as
`scale_for_weight(n_keys, gap, weight)`, without anything of attnkit. Then look at it for {n_keys}
keys and for a billion: what does the scale for one half become, and why is $s$ worth learning?
""",
    hints=(
        "Write the odds of the needle against all its rivals together.",
        "Odds of a weight are $w/(1 - w)$; take the logarithm of both sides.",
        "Solve for the scale in front of lead and log n, and mind how many rivals there are.",
    ),
    placeholder='''
def scale_for_weight(n_keys, gap, weight):
    """The s at which a needle at `gap` above n_keys - 1 equal rivals has this weight."""
    return float("nan")
''',
    laws=(twice_the_lead, one_share, long_rows, gets_the_weight),
    variants={"n_keys": (64, 128, 512)},
    library={},
)
