"""Find the clip that lets a weight be approached."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["REACH_OF_A_CLIP"]


def rows(generator, variant):
    """Lengths and weights above one share."""
    for n_keys in (2, 13, variant["n_keys"]):
        low = 1 / n_keys
        yield {"n_keys": n_keys, "weight": 0.99}
        share = torch.rand((), generator=generator).item()
        yield {"n_keys": n_keys, "weight": low + (1 - low) * (0.05 + 0.9 * share)}


@law("nothing for one share", "Even shares need no clip above zero.", cases=rows)
def nothing_for_one_share(answer, n_keys, weight):
    found = torch.as_tensor(answer(n_keys, 1 / n_keys))
    return compare.against(found, 0.0, what="the clip for one share")


@law("two keys", "With two keys the weight's odds are the exponential of 2 C.", cases=rows)
def two_keys(answer, n_keys, weight):
    weight = 0.5 + weight / 2.1
    found = torch.as_tensor(2 * answer(2, weight)).double().exp()
    return compare.against(found, weight / (1 - weight), what="the exponential of twice the clip")


@law("gets the weight", "At this clip the largest weight is the one wanted.", cases=rows)
def gets_the_weight(answer, n_keys, weight):
    scores = torch.full((n_keys,), -40.0, dtype=torch.float64)
    scores[0] = 40.0
    found = (float(answer(n_keys, weight)) * scores.tanh()).softmax(-1)[0]
    return compare.against(found, weight, what="the largest weight")


REACH_OF_A_CLIP = Task(
    name="reach-of-a-clip",
    title="How far does a clip reach?",
    kind="derive",
    difficulty=2,
    minutes=20,
    statement=r"""
Clipped scores are $C \tanh z$. However sure a network is, a weight over $n$ inputs then has a
bound. Derive the least $C$ at which a given weight can be approached, and write it as
`clip_for_weight(n_keys, weight)`, without anything of attnkit. How much has it to grow from
{n_keys} inputs to twice as many?
""",
    hints=(
        "How far apart can two clipped scores be?",
        "Write the odds of the one input against all the others together.",
        "Take the logarithm; the distance of best and worst is twice what is sought.",
    ),
    placeholder='''
def clip_for_weight(n_keys, weight):
    """The least C at which one of n_keys inputs can approach this weight of 1 / n_keys or more."""
    return float("nan")
''',
    laws=(nothing_for_one_share, two_keys, gets_the_weight),
    variants={"n_keys": (20, 40, 100)},
    library={},
)
