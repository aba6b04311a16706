"""How many pairs a memory holds when it is asked with noisy keys."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.linear import linear_attention
from attnkit.memory.shared.tasks.sequences import normal, unit
from attnkit.memory.theory import average_capacity

__all__ = ["NOISY_CAPACITY"]

LISTS = 400


def _settings(generator, variant):
    for d_key, tolerance in ((4, 2.0), (16, 1.0), (variant["d_key"], variant["tolerance"])):
        yield {"d_key": d_key, "tolerance": tolerance}


def _noisy(generator, variant):
    for case in _settings(generator, variant):
        seed = int(torch.randint(2**31, (1,), generator=generator))
        yield case | {"query_noise": variant["query_noise"], "seed": seed}


@law("clean queries", "Without noise it is the capacity on average.", cases=_settings)
def _clean(answer, *, d_key, tolerance):
    got = answer(d_key, tolerance, 0.0)
    return compare.against(got, average_capacity(d_key, tolerance), what="the count of pairs")


@law(
    "measured",
    "At the predicted count the mean squared error, over 400 drawn lists, is the tolerance squared "
    "within five standard errors.",
    cases=_noisy,
)
def _measured(answer, *, d_key, tolerance, query_noise, seed):
    predicted = answer(d_key, tolerance, query_noise)
    if not 1 <= predicted <= 4000:
        return f"the count of pairs is too {'small' if predicted < 1 else 'large'}"
    below = int(predicted)
    fewer, more = (_squared_errors(n, d_key, query_noise, seed) for n in (below, below + 1))
    errors = fewer + (predicted - below) * (more - fewer)
    away = errors.mean() - tolerance**2
    if away.abs() <= 5 * errors.std() / LISTS**0.5:
        return None
    return f"the count of pairs is too {'large' if away > 0 else 'small'}"


def _squared_errors(n_pairs: int, d_key: int, query_noise: float, seed: int) -> torch.Tensor:
    """Mean squared error of every list, in units of a value's power."""
    chance = torch.Generator().manual_seed(seed)
    keys = unit(chance, LISTS, n_pairs, d_key)
    values = normal(chance, LISTS, n_pairs, 4)
    shift = (query_noise / d_key) ** 0.5 * normal(chance, LISTS, n_pairs, d_key)
    _, state = linear_attention(keys, keys, values)
    return ((keys + shift) @ state - values).square().mean((1, 2))


NOISY_CAPACITY = Task(
    name="noisy-capacity",
    title="Asking with a noisy key",
    kind="predict",
    difficulty=2,
    minutes=25,
    statement=r"""
A Hebbian memory of $n$ random unit keys is asked with a key plus independent noise of power $s^2$
(mean square length; $s^2/d$ in each coordinate). Predict the number of pairs at which the root
mean square error of a read is $\varepsilon$ times a value: write `pairs_held(d_key, tolerance,
query_noise)` with `tolerance` $=\varepsilon$ and `query_noise` $=s^2$; the result need not be
whole.

Then measure: for $d = {d_key}$, $\varepsilon = {tolerance}$, $s^2 = {query_noise}$ store your
number of pairs with `attnkit.memory.linear_attention`, ask, and compare the mean squared error
with $\varepsilon^2$. Which costs more: one more pair, or a little more noise?
""",
    hints=(
        "Put key plus noise into the sum for a read. There are two kinds of terms now; are they "
        "correlated?",
        "The noise overlaps with *every* stored key, the right one included. What is the mean "
        "square of one such overlap?",
        "Add the two powers, set the sum equal to the tolerance squared, and solve for the number "
        "of pairs: it appears in both.",
    ),
    placeholder='''
def pairs_held(d_key, tolerance, query_noise):
    """The number of pairs at which reads by noisy keys err by `tolerance`."""
    return float("nan")
''',
    laws=(_clean, _measured),
    variants={
        "d_key": (64, 48, 32),
        "tolerance": (1.0, 0.8, 1.2),
        "query_noise": (0.5, 0.25, 0.4),
    },
)
