"""What a softmax readout loses with each key, without reading it again."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["LOSS_BY_DELETION"]


def readouts(generator, variant):
    """Weights of a row, and one value for each key."""
    for n_keys in (2, 5, variant["n_keys"]):
        scores, values = torch.randn(2, n_keys, generator=generator, dtype=torch.float64)
        yield {"weights": (1.5 * scores).softmax(-1), "values": values}


@law("equal values", "Where all values are the same, nothing is lost.", cases=readouts)
def equal_values(answer, weights, values):
    found = answer(weights, torch.full_like(values, 3.0))
    return compare.against(found, torch.zeros_like(values), what="the losses at equal values")


@law("a constant", "A constant added to all values changes no loss.", cases=readouts)
def a_constant(answer, weights, values):
    found = answer(weights, values + 7)
    return compare.against(found, answer(weights, values), what="the losses of raised values")


@law("no weight, no loss", "A key without weight is not missed.", cases=readouts)
def no_weight(answer, weights, values):
    padded = torch.cat([weights, torch.zeros(1).double()])
    found = answer(padded, torch.cat([values, torch.full((1,), 100.0).double()]))
    return compare.against(found[-1], 0.0, what="the loss of a key without weight")


@law("read again", "It is the readout less that of the remaining keys.", cases=readouts)
def read_again(answer, weights, values):
    losses = []
    for i in range(len(weights)):
        kept = torch.arange(len(weights)) != i
        scores = weights.log()[kept]
        losses.append((weights @ values) - scores.softmax(-1) @ values[kept])
    return compare.against(answer(weights, values), torch.stack(losses), what="the losses")


LOSS_BY_DELETION = Task(
    name="loss-by-deletion",
    title="Delete without reading again",
    kind="derive",
    difficulty=2,
    minutes=25,
    statement=r"""
A softmax head reads $c = \sum_i p_i v_i$ of {n_keys} keys, say. Delete key $i$, and the others
share its weight in proportion. Derive what $c$ loses by it, for every $i$ at once, and write it as
`losses_by_deletion(weights, values)`, without anything of attnkit and without a loop. Compare it
with the gradient of $c$ by the score of key $i$: for which keys do these two explanations agree?
""",
    hints=(
        "What do the remaining weights sum to, before they share?",
        "Write the readout of the others as the old one with one part taken out, over a sum.",
        "Subtract the two readouts, and bring both over the same denominator.",
    ),
    placeholder='''
def losses_by_deletion(weights, values):
    """What the readout loses without each key (key,), from weights and values (key,)."""
    return torch.full_like(weights, float("nan"))
''',
    laws=(equal_values, a_constant, no_weight, read_again),
    variants={"n_keys": (7, 11, 14)},
    library={},
)
