"""The risk of linear attention that keeps the normaliser of its training."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.icl.evaluation import risk
from attnkit.icl.predictors import GradientDescent
from attnkit.icl.prompts import sample_prompts
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.theory import gradient_descent_rate, gradient_descent_risk

__all__ = ["FROZEN_NORMALISER"]


def _settings(generator, variant):
    yield {"d": 1, "n_trained": 10, "noise": 0.5}
    yield {"d": 3, "n_trained": 20, "noise": 1.0}
    yield {"d": variant["d"], "n_trained": variant["n_trained"], "noise": variant["noise"]}


def _longer(generator, variant):
    for setting in _settings(generator, variant):
        seed = int(torch.randint(2**31, (1,), generator=generator))
        for ratio in (0.5, variant["ratio"]):
            yield setting | {"n_tested": int(ratio * setting["n_trained"]), "seed": seed}


@law(
    "length of training",
    "At the length it was trained with, the layer is one plain step at its best rate.",
    cases=_settings,
)
def _same_length(answer, *, d, n_trained, noise):
    wanted = gradient_descent_risk(d, n_trained, noise)
    return compare.against(
        answer(d, n_trained, n_trained, noise), wanted, what="the predicted risk"
    )


@law(
    "measured",
    "At other lengths the prediction is the risk measured on 4,000 prompts, within five standard "
    "errors.",
    cases=_longer,
)
def _measured(answer, *, d, n_trained, n_tested, noise, seed):
    task = RegressionTask(d=d, n_examples=n_tested, noise_variance=noise)
    chance = torch.Generator().manual_seed(seed)
    prompts = sample_prompts(task, 4000, generator=chance, dtype=torch.float64)
    frozen = gradient_descent_rate(d, n_trained, noise) * n_tested / n_trained
    mean, error = risk(GradientDescent(frozen), prompts)
    away = float(answer(d, n_trained, n_tested, noise)) - mean.item()
    if abs(away) <= 5 * error.item():
        return None
    return f"the predicted risk is too {'large' if away > 0 else 'small'}"


FROZEN_NORMALISER = Task(
    name="frozen-normaliser",
    title="A normaliser that stays behind",
    kind="predict",
    difficulty=2,
    minutes=25,
    statement=r"""
One head of *linear* attention was trained on prompts of $L$ examples, $d$ round inputs and noise
$\sigma^2$. It learned plain descent, $\frac{{p}}{{L}}\sum_l y_l\langle x_l, x_q\rangle$, with the
best rate $p$ for that length, and it keeps its $p/L$. Now it is asked with $M$ examples.

Predict before you measure: write `frozen_risk(d, n_trained, n_tested, noise_variance)`, the risk
at length `n_tested`. Then measure it for $d = {d}$, $L = {n_trained}$, $\sigma^2 = {noise}$ and
$M$ up to {ratio} times $L$: `attnkit.icl.risk` of an `attnkit.icl.GradientDescent` at the rate
the head then really takes, on 4,000 prompts from `attnkit.icl.sample_prompts`. At which $M$ does
it become worse than answering 0?
""",
    hints=(
        "Write the sum over $M$ examples as a mean over $M$ examples. What rate does the head take "
        "now?",
        "You know the risk of a plain step at any rate, not only at the best one. Which of its "
        "constants belong to the training, which to the prompt at hand?",
        "Two lengths enter: the kept rate is the best one for $L$; the curvature of the risk is "
        "that of prompts of length $M$.",
    ),
    placeholder='''
def frozen_risk(d, n_trained, n_tested, noise_variance):
    """The risk at `n_tested` examples of a head that keeps the 1/L of its training."""
    return float("nan")
''',
    laws=(_same_length, _measured),
    variants={"d": (5, 3, 7), "n_trained": (40, 20, 30), "noise": (0.1, 0.3), "ratio": (3, 4, 5)},
)
