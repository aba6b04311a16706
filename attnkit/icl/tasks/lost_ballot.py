"""A pair of heads that starts with opposite gains and still ends as one head."""

import torch

from attnkit.coursework import Task, law
from attnkit.icl.theory import corrected_loss, debiased_gradient_descent_risk, gradient_flow

__all__ = ["LOST_BALLOT"]

SMALL = 0.05
MARGIN = 0.1


def _cases(generator, variant):
    yield {name: variant[name] for name in ("d", "n_examples", "noise")}


@law(
    "small start",
    f"Two scales and two gains, none of them zero and none above {SMALL} in size.",
    cases=_cases,
)
def _small(answer, *, d, n_examples, noise):
    for name, values in zip(("scales", "gains"), answer(), strict=True):
        if bool((values.abs() > SMALL).any()):
            return f"one of the {name} is too large for a small start"
        if bool((values == 0).any()):
            return f"one of the {name} is zero"
    return None


@law("opposite gains", "The two gains start with opposite signs.", cases=_cases)
def _opposite(answer, *, d, n_examples, noise):
    _, gains = answer()
    return "the two gains have the same sign" if gains[0] * gains[1] > 0 else None


@law(
    "one head in the end",
    "The flow ends with two gains of one sign, and a risk well above that of debiased descent.",
    cases=_cases,
)
def _stuck(answer, *, d, n_examples, noise):
    setting = d, n_examples, noise
    loss = corrected_loss(*setting)
    times = torch.tensor([0.0, 25.0], dtype=torch.float64)
    scales, gains = gradient_flow(loss.gradient, *(t.double() for t in answer()), times=times)
    if gains[-1].prod() < 0:
        return "the flow ends with gains of opposite signs"
    if loss(scales[-1], gains[-1]) < debiased_gradient_descent_risk(*setting) + MARGIN:
        return "the risk at the end is as low as that of two heads"
    return None


LOST_BALLOT = Task(
    name="lost-ballot",
    title="Opposite signs that do not last",
    kind="break",
    difficulty=2,
    minutes=20,
    statement=r"""
> *Two heads whose gains start with opposite signs end with opposite signs, and reach debiased
> descent.*

It sounds like the lesson of the sign lottery, and it is false. Write `start()`: it returns
`scales` and `gains`, two tensors of two float64 numbers each, none of them zero and none larger
than 0.05 in size, the gains of opposite signs. From there the gradient flow of the corrected loss
($d = {d}$, $L = {n_examples}$, $\sigma^2 = {noise}$) must end, at time 25, with gains of one sign
and with a risk at least 0.1 above that of debiased descent.
""",
    hints=(
        "Play with the figure of the sign lottery. Which number shown beside it changes its sign "
        "when the fate of the second head does?",
        "Linearise the flow at zero. One combination of scale and gain grows, the other dies.",
        "Choose the scale of the head with the odd gain so that the growing combination has the "
        "same sign for both heads.",
    ),
    placeholder='''
def start():
    """Scales and gains of two heads at time zero."""
    scales = torch.full((2,), float("nan"), dtype=torch.float64)
    gains = torch.full((2,), float("nan"), dtype=torch.float64)
    return scales, gains
''',
    laws=(_small, _opposite, _stuck),
    variants={"d": (5, 4, 6), "n_examples": (40, 20, 30), "noise": (0.1, 0.2, 0.3)},
)
