"""Move a parabola to where the scores are."""

import math

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.shared.tasks.sequences import normal

__all__ = ["CENTRED_PARABOLA"]


def _rows(generator, variant):
    """Few and many keys, about their mean or not."""
    for n_keys, width in ((1, 2), (3, 1), (variant["n_keys"], variant["width"])):
        yield {"queries": normal(generator, 2, width), "keys": 1 + normal(generator, n_keys, width)}


@law("sum of one", "The weights of each query sum to one.", cases=_rows)
def _sum(answer, *, queries, keys):
    total = answer(queries, keys).sum(-1)
    return compare.against(total, torch.ones_like(total), what="the sum of the weights")


@law(
    "about zero",
    "Where the keys' mean is zero, the weights are in the proportion of 1 + s + s²/2.",
    cases=_rows,
)
def _parabola(answer, *, queries, keys):
    keys = keys - keys.mean(0)
    scores = queries @ keys.mT / math.sqrt(keys.shape[-1])
    kernel = 1 + scores + scores**2 / 2
    wanted = kernel / kernel.sum(-1, keepdim=True)
    return compare.against(answer(queries, keys), wanted, what="the weights of centred keys")


@law("moved keys", "One vector added to every key changes no weight.", cases=_rows)
def _moved(answer, *, queries, keys):
    moved = keys + torch.linspace(-2, 3, keys.shape[-1], dtype=keys.dtype)
    once, again = answer(queries, keys), answer(queries, moved)
    return compare.against(again, once, what="the weights of moved keys")


CENTRED_PARABOLA = Task(
    name="centred-parabola",
    title="A parabola where the scores are",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Softmax does not see a vector that is added to every key. The second-order polynomial
$1 + s + s^2/2$ does: it is symmetric about $s = -1$, and far from zero it stands for nothing. Write
`centred_weights(queries, keys)`, weights (query, key) that are in the proportion of the polynomial
of the scores $q \cdot k / \sqrt d$ *about the mean key*, so that one vector added to every key
changes nothing. Without anything of attnkit. Try {n_keys} keys of width {width} moved by a long
vector: which keys gain weight under the polynomial that is not centred?
""",
    hints=(
        "Which number does a vector added to every key add to the scores of one query?",
        "That number is the same for all keys of a query; what else of a row moves as much?",
        "Take the mean score of each row from its scores before the polynomial sees them.",
    ),
    placeholder='''
def centred_weights(queries, keys):
    """Weights (query, key) by the second-order polynomial about the mean key."""
    return torch.full((len(queries), len(keys)), float("nan"), dtype=keys.dtype)
''',
    laws=(_sum, _parabola, _moved),
    library={},
    variants={"n_keys": (20, 30, 50), "width": (4, 5, 8)},
)
