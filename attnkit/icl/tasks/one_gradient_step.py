"""One step of gradient descent, written as a predictor."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.icl.tasks.drawn_prompts import normal

__all__ = ["ONE_GRADIENT_STEP"]


def _cases(generator, variant):
    for n_examples, d in ((1, 1), (2, 3), (variant["n_examples"], variant["d"])):
        yield {
            "inputs": normal(generator, n_examples, d),
            "targets": normal(generator, n_examples),
            "query": normal(generator, d),
            "rate": variant["rate"],
        }


def _single_examples(generator, variant):
    for d in (1, 2, variant["d"]):
        yield {
            "inputs": normal(generator, 1, d),
            "targets": normal(generator, 1),
            "query": normal(generator, d),
            "rate": variant["rate"],
        }


@law("prompt repeated", "A prompt written twice gives the same answer as once.", cases=_cases)
def _repeated(answer, *, inputs, targets, query, rate):
    once = answer(inputs, targets, query, rate)
    twice = answer(inputs.repeat(2, 1), targets.repeat(2), query, rate)
    return compare.against(twice, once, what="the answer to the prompt written twice")


@law(
    "one example",
    "One example moves the answer in proportion to the rate, its label and its overlap with the "
    "query.",
    cases=_single_examples,
)
def _one_example(answer, *, inputs, targets, query, rate):
    moved = rate * targets[0] * (inputs[0] * query).sum()
    return compare.against(answer(inputs, targets, query, rate), moved, what="the answer")


@law(
    "slope of the loss",
    "The weights after the step are minus the rate times the slope of the loss at zero.",
    cases=_cases,
)
def _slope(answer, *, inputs, targets, query, rate):
    weights = torch.zeros_like(query, requires_grad=True)
    loss = (targets - inputs @ weights).square().mean() / 2
    (slope,) = torch.autograd.grad(loss, weights)
    return compare.against(
        answer(inputs, targets, query, rate), -rate * slope @ query, what="the answer"
    )


ONE_GRADIENT_STEP = Task(
    name="one-gradient-step",
    title="One step, by hand",
    kind="implement",
    difficulty=1,
    minutes=15,
    statement=r"""
A linear model $\hat y = \langle w, x\rangle$ starts at $w = 0$ and takes one step of gradient
descent at rate `rate` on the loss $\frac{{1}}{{2L}}\sum_l (y_l - \langle w, x_l\rangle)^2$. Write
`one_step(inputs, targets, query, rate)`: what the model then answers at the query. `inputs` is
(L, d), `targets` (L,), `query` (d,); return a tensor of no dimension. Do not build `w` by
automatic differentiation: look for the form in which the answer is a weighted sum of labels, and
say which weights they are. Try it with $L = {n_examples}$, $d = {d}$ and rate {rate}.
""",
    hints=(
        "The loss is a mean over examples. What is its slope in $w$, before you put $w=0$ in?",
        "At $w = 0$ every error is the label itself. Each example then pushes the weights along "
        "its own input.",
        "Take the product with the query inside the sum: each label is multiplied by a score, and "
        "the score is that of a head without softmax. Only the factor in front is left to you.",
    ),
    placeholder='''
def one_step(inputs, targets, query, rate):
    """The answer at `query` after one step of gradient descent from zero."""
    return inputs.new_tensor(float("nan"))
''',
    laws=(_repeated, _one_example, _slope),
    autograd=False,
    variants={"n_examples": (40, 25, 60), "d": (5, 3, 7), "rate": (0.9, 0.5, 0.25)},
)
