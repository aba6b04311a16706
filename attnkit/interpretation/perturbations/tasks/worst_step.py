"""The step of given length that takes most from a readout."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["WORST_STEP"]


def readouts(generator, variant):
    """Scores and values of a row, and the length of the step."""
    for n_keys in (2, 5, variant["n_keys"]):
        scores, values = torch.randn(2, n_keys, generator=generator, dtype=torch.float64)
        yield {"scores": scores, "values": values, "size": 0.5}


@law(
    "no constant", "No part of the step is a constant, which softmax does not see.", cases=readouts
)
def no_constant(answer, scores, values, size):
    total = answer(scores, values, size).sum()
    return compare.against(total, 0.0, what="the sum of the step")


@law("length", "The step has the length that was asked for.", cases=readouts)
def length(answer, scores, values, size):
    return compare.against(answer(scores, values, size).norm(), size, what="its length")


@law("only the order of pulls", "Values twice as large ask for the same step.", cases=readouts)
def twice_the_values(answer, scores, values, size):
    found = answer(scores, 2 * values + 3, size)
    return compare.against(found, answer(scores, values, size), what="the step at other values")


@law("nothing falls faster", "No other short step of this length takes more.", cases=readouts)
def nothing_falls_faster(answer, scores, values, size):
    def slope(step):
        ahead, behind = ((scores + s * step).softmax(-1) @ values for s in (1e-5, -1e-5))
        return (ahead - behind) / 2e-5

    own = slope(answer(scores, values, 1.0))
    others = torch.eye(len(scores), dtype=scores.dtype)
    steepest = torch.stack([slope(each) for each in others]).norm()
    return compare.against(own, -steepest, what="the fall along the step")


WORST_STEP = Task(
    name="worst-step",
    title="The step that hurts most",
    kind="derive",
    difficulty=2,
    minutes=30,
    statement=r"""
A softmax head reads $c = \sum_i p_i v_i$ of {n_keys} keys, say, and $c$ is the logit of the right
answer. Derive the short step of length $\varepsilon$ in the scores that lowers $c$ fastest, and
write it as `hurtful_step(scores, values, size)`, without anything of attnkit and without automatic
differentiation. Why can the step sum to nothing else than zero? Where is it no use at all?
""",
    hints=(
        "The steepest way down is against the gradient by the scores.",
        "Softmax's derivative sends every value to its distance from the readout.",
        "Weigh these distances by p, turn the sign, and stretch the row to the length.",
    ),
    placeholder='''
def hurtful_step(scores, values, size):
    """The step (key,) of this length that lowers the readout fastest."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(no_constant, length, twice_the_values, nothing_falls_faster),
    variants={"n_keys": (6, 9, 13)},
    library={},
    autograd=False,
)
