"""What a delta memory says about a pair it has long forgotten."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.delta import delta_rule
from attnkit.memory.shared.tasks.sequences import normal, unit

__all__ = ["LONG_FORGOTTEN"]

LISTS = 300


def _tiny(generator, variant):
    for d_key in (2, 7, variant["d_key"]):
        yield {"rate": 1e-9, "d_key": d_key}


def _cases(generator, variant):
    for rate, d_key in ((0.5, 2), (1.6, 5), (variant["rate"], variant["d_key"])):
        seed = int(torch.randint(2**31, (1,), generator=generator))
        yield {"rate": rate, "d_key": d_key, "seed": seed}


@law("tiny rate", "A memory that hardly writes reads next to nothing.", cases=_tiny)
def _nothing(answer, *, rate, d_key):
    return compare.against(answer(rate, d_key), 1.0, what="the error")


@law(
    "measured",
    "It is the error of the oldest pairs of 300 long lists, within five standard errors.",
    cases=_cases,
)
def _measured(answer, *, rate, d_key, seed):
    errors = _old_errors(rate, d_key, seed)
    away = answer(rate, d_key) - errors.mean().item()
    if abs(away) <= 5 * errors.std().item() / LISTS**0.5:
        return None
    return f"the error is too {'large' if away > 0 else 'small'}"


def _old_errors(rate: float, d_key: int, seed: int) -> torch.Tensor:
    """Mean squared error of the oldest eighth of every list."""
    chance = torch.Generator().manual_seed(seed)
    n_tokens = 1 + int(8 * d_key / min(rate, 2 - rate))
    keys = unit(chance, LISTS, n_tokens, d_key)
    values = normal(chance, LISTS, n_tokens, 3)
    _, state = delta_rule(keys, keys, values, torch.full_like(keys[..., 0], rate))
    old = slice(0, n_tokens // 8)
    return (keys[:, old] @ state - values[:, old]).square().mean((1, 2))


LONG_FORGOTTEN = Task(
    name="long-forgotten",
    title="Long forgotten is not zero",
    kind="predict",
    difficulty=2,
    minutes=25,
    statement=r"""
Pairs of random unit keys and values of unit power stream through a delta memory at rate $b < 2$,
far more than it can hold. Ask for a pair that was written very long ago. The error of answering
zero would be 1. Predict the mean squared error of what the memory answers: write
`forgotten_error(rate, d_key)` in closed form, from the chapter's recursion for $F$, $c$ and $a$.
Does the width matter?

Then measure for $b = {rate}$, $d = {d_key}$: run `attnkit.memory.delta_rule` over a few hundred
lists of many times $d/b$ pairs and ask for the oldest. Which rate would you choose if you could be
asked about anything?
""",
    hints=(
        "After very many writes nothing changes any more on average. Of the three numbers in the "
        "recursion, which one has died out?",
        "To a memory that has forgotten the pair its key is a key like any other. What does a "
        "random key read from a state of known size?",
        "Let the size of the state stand still: what is written must balance what is erased. Then "
        "put the size and the dead product into the formula for the error.",
    ),
    placeholder='''
def forgotten_error(rate, d_key):
    """The mean squared error of asking for a pair written very long ago."""
    return float("nan")
''',
    laws=(_nothing, _measured),
    variants={"rate": (1.0, 0.7, 1.3, 1.5), "d_key": (8, 5, 11)},
)
