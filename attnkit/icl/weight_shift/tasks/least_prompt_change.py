"""The smallest change of the data that gives the prediction of changed weights."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["LEAST_PROMPT_CHANGE"]


def problems(generator, variant):
    """Data with more keys than numbers, and fewer, weights and a step."""
    for n_keys in (2, 4, variant["n_keys"]):
        data = torch.randn(n_keys, 5, generator=generator, dtype=torch.float64)
        weights, step = torch.randn(2, 5, generator=generator, dtype=torch.float64)
        yield {"data": data, "weights": weights, "step": step}


@law("the same prediction", "The changed data predict what the step would.", cases=problems)
def same_prediction(answer, data, weights, step):
    changed = data + answer(data, weights, step)
    wanted = (data @ (weights + step)).softmax(-1)
    return compare.against((changed @ weights).softmax(-1), wanted, what="the prediction")


@law("one direction", "At right angles to the weights the data stay as they are.", cases=problems)
def one_direction(answer, data, weights, step):
    other = torch.linalg.qr(torch.stack([weights, step], -1)).Q[:, 1]
    along = answer(data, weights, step) @ other
    return compare.against(along, torch.zeros_like(along), what="the change at right angles")


@law("no step", "Where the weights stay, the data stay.", cases=problems)
def no_step(answer, data, weights, step):
    found = answer(data, weights, torch.zeros_like(step))
    return compare.against(found, torch.zeros_like(data), what="the change without a step")


@law("the smallest", "No other change with the same prediction is smaller.", cases=problems)
def the_smallest(answer, data, weights, step):
    """Differences of scores are all a prediction holds: least norm by a pseudoinverse."""
    n_keys = len(data)
    differences = torch.cat([-torch.ones(n_keys - 1, 1), torch.eye(n_keys - 1)], -1).double()
    system = torch.einsum("rk,j->rkj", differences, weights).flatten(1)
    wanted = torch.linalg.pinv(system) @ (differences @ (data @ step))
    return compare.against(answer(data, weights, step).flatten(), wanted, what="the change")


LEAST_PROMPT_CHANGE = Task(
    name="least-prompt-change",
    title="The smallest prompt that does as much",
    kind="derive",
    difficulty=2,
    minutes=25,
    statement=r"""
A prediction is the softmax of $A x$. Training would move the weights $x$ by $\delta$; you may
move the data $A$ instead, by as little as possible in Frobenius norm, and the *prediction* has to
be the same. Derive the change and write it as `change_data(data, weights, step)` for data (key,
d), such as {n_keys} keys, without anything of attnkit. The page's $\Delta$ keeps all scores,
which is more than is asked for.
""",
    hints=(
        "Which changes of the scores does a softmax not see? There is one number of freedom.",
        "For a given change of the scores, each row of data moves along the weights only.",
        "The size of the change is that of the scores' change over |x|: make that small first.",
    ),
    placeholder='''
def change_data(data, weights, step):
    """What to add to the data (key, d) so that they predict as weights + step would."""
    return torch.full_like(data, float("nan"))
''',
    laws=(same_prediction, one_direction, no_step, the_smallest),
    variants={"n_keys": (6, 7, 9)},
    library={},
)
