"""How fast does entropy grow with the temperature?"""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SLOPE_OF_ENTROPY"]


def rows(generator, variant):
    """Rows of one key and more at temperatures on both sides of one."""
    for n_keys in (1, 2, variant["n_keys"]):
        for temperature in (0.5, 1.0, 2.0):
            scores = torch.randn(n_keys, generator=generator, dtype=torch.float64)
            yield {"scores": scores, "temperature": temperature}


@law("equal scores", "The entropy of equal scores does not move.", cases=rows)
def equal_scores(answer, scores, temperature):
    slope = answer(torch.ones_like(scores), temperature)
    return compare.against(slope, 0.0, what="the slope of equal scores")


@law("never down", "A higher temperature never lowers the entropy.", cases=rows)
def never_down(answer, scores, temperature):
    return compare.at_least(answer(scores, temperature), 0.0, what="the slope")


@law("same units", "Scores and temperature three times as large: a third of the slope.", cases=rows)
def same_units(answer, scores, temperature):
    thrice = 3 * torch.as_tensor(answer(3 * scores, 3 * temperature))
    return compare.against(thrice, answer(scores, temperature), what="the slope in other units")


@law("slope", "It is the derivative of the entropy.", cases=rows)
def slope(answer, scores, temperature):
    t = torch.tensor(temperature, dtype=scores.dtype, requires_grad=True)
    logs = (scores / t).log_softmax(-1)
    wanted = compare.gradient(-(logs.exp() * logs).sum(), t)
    return compare.against(answer(scores, temperature), wanted, what="the slope")


SLOPE_OF_ENTROPY = Task(
    name="slope-of-entropy",
    title="The slope of an entropy",
    kind="derive",
    difficulty=2,
    minutes=30,
    statement=r"""
The weights are a softmax of $z / t$. Derive the slope of their entropy in the temperature $t$, and
write it as `slope_of_entropy(scores, temperature)`, without anything of attnkit and without
autograd. It should be one line about the weights and the scores. Try {n_keys} keys. What does the
slope say of a row in which one key has nearly everything, and what of a row of equal keys?
""",
    hints=(
        "Use u = 1/t and write the entropy by the logarithm of the sum of exponentials.",
        "The first derivative of log Z in u is a mean of the scores; what is the second?",
        "Go from u back to t with the chain rule, and count the powers of t.",
    ),
    placeholder='''
def slope_of_entropy(scores, temperature):
    """Derivative in the temperature of the entropy of softmax of scores (key,) over it."""
    return torch.tensor(float("nan"), dtype=scores.dtype)
''',
    laws=(equal_scores, never_down, same_units, slope),
    variants={"n_keys": (5, 7, 11)},
    library={},
    autograd=False,
)
