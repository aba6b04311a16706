"""Two softmax heads that take one debiased step."""

import torch
from torch import Tensor

from attnkit.coursework import Task, compare, law
from attnkit.icl.circuits import Circuits
from attnkit.icl.predictors import DebiasedGradientDescent
from attnkit.icl.tasks.drawn_prompts import normal, one_prompt

__all__ = ["TWO_HEADS_ONE_STEP"]


def _cases(generator, variant):
    for n_examples, d in ((2, 1), (5, 2), (variant["n_examples"], variant["d"])):
        yield {
            "inputs": normal(generator, n_examples, d),
            "targets": normal(generator, n_examples),
            "query": normal(generator, d),
            "rate": variant["rate"],
        }


def _asked(answer, inputs, targets, query, *, rate, scale) -> Tensor:
    """What the layer of the two heads says about one prompt."""
    key_query, output_value = answer(inputs.shape[-1], rate, scale)
    return Circuits(key_query, output_value)(one_prompt(inputs, targets, query))


@law("constant labels", "Labels that are all alike say nothing: the answer is zero.", cases=_cases)
def _constant(answer, *, inputs, targets, query, rate):
    alike = torch.full_like(targets, 3.0)
    said = _asked(answer, inputs, alike, query, rate=rate, scale=0.1)
    return compare.against(said, torch.zeros_like(said), tolerance=1e-6, what="the layer's answer")


@law(
    "debiased step",
    "At a small scale the layer answers like one step on centred inputs at the rate asked for.",
    cases=_cases,
)
def _debiased(answer, *, inputs, targets, query, rate):
    wanted = DebiasedGradientDescent(rate)(one_prompt(inputs, targets, query))
    said = _asked(answer, inputs, targets, query, rate=rate, scale=1e-3)
    return compare.against(said, wanted, tolerance=1e-2, what="the layer's answer")


@law(
    "square of the scale",
    "At half the scale the layer's distance from the step is about a quarter.",
    cases=_cases,
)
def _second_order(answer, *, inputs, targets, query, rate):
    step = DebiasedGradientDescent(rate)(one_prompt(inputs, targets, query))
    scales = (0.02, 0.01)
    far, near = (
        (_asked(answer, inputs, targets, query, rate=rate, scale=s) - step).abs().max().item()
        for s in scales
    )
    if far > 0 and near > far / 3:
        return "the distance falls too slowly as the scale goes to zero"
    return None


TWO_HEADS_ONE_STEP = Task(
    name="two-heads-one-step",
    title="Two heads that take one step",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Build the layer that training finds. Write `two_heads(d, rate, scale)`: it returns `key_query` of
shape (2, d + 1, d) and `output_value` of shape (2, 1, d + 1), the circuits of two softmax heads
for inputs of dimension `d`, in float64. Both heads match at a scale of size `scale`. As `scale`
goes to zero the layer must answer like one debiased step at rate `rate`, with an error that falls
as the *square* of the scale; labels that are all alike must give zero at every scale. Here $d =
{d}$ and the rate is {rate}. The last row of a `key_query` and the last column of an
`output_value` belong to the label.

Try it: `attnkit.icl.Circuits(key_query, output_value)(prompts)` is the layer's answer.
""",
    hints=(
        "Read the four patterns off the training film. Which entries of the two circuits are not "
        "zero?",
        "In the expansion for small scales two sums over the heads appear. The first must vanish, "
        "the second must be the rate.",
        "Zero sum and the right product leave a choice of the two scales. Look at the next order "
        "of the expansion: for which choice do the two heads' quadratic terms cancel?",
    ),
    placeholder='''
def two_heads(d, rate, scale):
    """The circuits of two softmax heads that take one debiased step."""
    key_query = torch.full((2, d + 1, d), float("nan"), dtype=torch.float64)
    output_value = torch.full((2, 1, d + 1), float("nan"), dtype=torch.float64)
    return key_query, output_value
''',
    laws=(_constant, _debiased, _second_order),
    variants={"d": (5, 3, 7), "n_examples": (40, 20, 30), "rate": (0.88, 0.5, 0.75)},
)
