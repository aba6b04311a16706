"""The temperature below which one key takes all."""

import torch

from attnkit.coursework import Task, law
from attnkit.densities.finite import entmax

__all__ = ["CRITICAL_TEMPERATURE"]


def rows(generator, variant):
    """The variant's own row, then random ones with a crowd behind the best two."""
    yield {
        "scores": torch.tensor(variant["scores"], dtype=torch.float64),
        "alpha": variant["alpha"],
    }
    for n_keys in (2, 5, 101):
        for alpha in (2.0, 1.5, 3.0):
            scores = torch.randn(n_keys, generator=generator, dtype=torch.float64)
            yield {"scores": scores, "alpha": alpha}


def _keys_with_weight(scores, temperature, alpha):
    return int((entmax(scores / temperature, alpha) > 0).sum())


@law("a temperature", "The answer is a positive, finite temperature.", cases=rows)
def a_temperature(answer, scores, alpha):
    temperature = answer(scores, alpha)
    if not 0 < temperature < float("inf"):
        return "what came back is not a positive, finite number"
    return None


@law("one key below", "A little below the critical temperature one key has all.", cases=rows)
def one_key_below(answer, scores, alpha):
    temperature = 0.99 * answer(scores, alpha)
    if _keys_with_weight(scores, temperature, alpha) > 1:
        return "one per cent below it rivals still have weight, so it is too high"
    return None


@law("company above", "A little above the critical temperature a rival has weight.", cases=rows)
def company_above(answer, scores, alpha):
    temperature = 1.01 * answer(scores, alpha)
    if _keys_with_weight(scores, temperature, alpha) < 2:
        return "one per cent above it one key still has all the weight, so it is too low"
    return None


CRITICAL_TEMPERATURE = Task(
    name="critical-temperature",
    title="When does one key take all?",
    kind="predict",
    difficulty=1,
    minutes=15,
    statement=r"""
A row has the scores `{scores}`, and the temperature $T$ divides them. Predict, before you compute
a single weight, the largest $T$ at which ${alpha}$-entmax gives one key everything. Write your
prediction as a function `critical_temperature(scores, alpha)` for any row without a tie for the
best place and any $\alpha > 1$. Then measure: count the positive weights of
`attnkit.entmax(scores / T, alpha)` a little below and a little above your $T$.
""",
    hints=(
        "In the first figure, hold everything and move only the number of rivals. What does not "
        "change?",
        "The claim on one-hot rows needs two of the scores only. Which two?",
        "The claim is an inequality between a gap, $T$ and $\\alpha$. Solve it for $T$.",
    ),
    placeholder='''
def critical_temperature(scores, alpha):
    """The largest temperature at which one key of the row (key,) has all the weight."""
    return float("nan")
''',
    laws=(a_temperature, one_key_below, company_above),
    variants={
        "alpha": (1.5, 2.0, 1.25, 3.0),
        "scores": (
            (2.0, 1.4, 0.0),
            (0.5, -1.0, -0.2, -3.0),
            (4.0, 3.0, 3.9, 1.0),
            (-1.0, -2.5, -1.8),
        ),
    },
)
