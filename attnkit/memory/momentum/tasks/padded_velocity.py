"""A velocity that padding does not slow down."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.memory.momentum import momentum_rule
from attnkit.memory.shared.tasks.sequences import normal, unit

__all__ = ["PADDED_VELOCITY"]

PLACES = ("left", "middle", "right")


def _sequences(generator, variant):
    for n_tokens, d_key in ((1, 1), (3, 2), (variant["n_tokens"], 5)):
        yield {
            "keys": unit(generator, n_tokens, d_key),
            "values": normal(generator, n_tokens, 2),
            "rate": 0.5,
            "momentum": variant["momentum"],
            "forgetting": 0.1,
        }


def _stretched(tensor, place, filling):
    """Three padded tokens at one place."""
    at = {"left": 0, "middle": (len(tensor) + 1) // 2, "right": len(tensor)}[place]
    padding = torch.full((3, *tensor.shape[1:]), filling, dtype=tensor.dtype)
    return torch.cat([tensor[:at], padding, tensor[at:]])


def _padded(answer, place, filling, keys, values, **gates):
    counts = _stretched(torch.ones(len(keys), dtype=torch.bool), place, False)
    wide = (_stretched(t, place, filling) for t in (keys, values))
    return answer(*wide, counts, **gates)


def _state(keys, values, *, rate, momentum, forgetting):
    """Memory and velocity after the last token, by the room's own rule."""
    rates, etas, alphas = (torch.full_like(keys[:, 0], g) for g in (rate, momentum, forgetting))
    return momentum_rule(keys, keys, values, rates, momentum=etas, forgetting=alphas)[1]


@law("no padding", "Where every token counts it is the momentum rule.", cases=_sequences)
def _plain(answer, *, keys, values, **gates):
    made = answer(keys, values, torch.ones(len(keys), dtype=torch.bool), **gates)
    return compare.against(made, _state(keys, values, **gates), what="the state")


@law("memory stays", "Padding anywhere leaves the memory as it was.", cases=_sequences)
def _memory(answer, *, keys, values, **gates):
    for place in PLACES:
        made = _padded(answer, place, 0.0, keys, values, **gates)
        wanted = _state(keys, values, **gates)
        told = compare.against(made[0], wanted[0], what=f"the memory, padded at the {place},")
        if told:
            return told
    return None


@law("velocity stays", "Padding anywhere leaves the velocity as it was.", cases=_sequences)
def _velocity(answer, *, keys, values, **gates):
    for place in PLACES:
        made = _padded(answer, place, 0.0, keys, values, **gates)
        wanted = _state(keys, values, **gates)
        told = compare.against(made[1], wanted[1], what=f"the velocity, padded at the {place},")
        if told:
            return told
    return None


@law("whatever stands there", "What stands in a padded token does not matter.", cases=_sequences)
def _filling(answer, *, keys, values, **gates):
    for filling in (7.0, float("nan")):
        made = _padded(answer, "middle", filling, keys, values, **gates)
        told = compare.against(made, _state(keys, values, **gates), what="the state")
        if told:
            return told
    return None


PADDED_VELOCITY = Task(
    name="padded-velocity",
    title="Padding must not slow a velocity",
    kind="implement",
    difficulty=2,
    minutes=25,
    statement=r"""
Sequences of unequal length share a batch, and padding fills the shorter ones. To a sum of pairs a
padded token of zeros is invisible. To the momentum rule it is not: velocity and memory move at
every token. Write `final_state(keys, values, counts, rate, momentum, forgetting)` for one
sequence: `counts` (time,) is true where a token counts, the last three are the numbers $b$,
$\eta$, $\alpha$, and memory and velocity come back stacked, (2, key, value), as if the tokens that
do not count had never been there. Use no memory of attnkit. With $\eta = {momentum}$ and three
padded tokens after {n_tokens}, how wrong is a state that treats padding as tokens of zeros? """,
    hints=(
        "Which of the two states still changes at a token whose key, value and rate are zero?",
        "Both: one decays by momentum, the other by forgetting, and the velocity still pushes it.",
        "Compute both new states, and take them where the token counts; NaN times zero is NaN.",
    ),
    placeholder='''
def final_state(keys, values, counts, rate, momentum, forgetting):
    """Memory and velocity (2, key, value) after the tokens that count."""
    return torch.full((2, keys.shape[-1], values.shape[-1]), float("nan"), dtype=keys.dtype)
''',
    laws=(_plain, _memory, _velocity, _filling),
    library={},
    variants={"n_tokens": (20, 30, 40), "momentum": (0.5, 0.7, 0.9)},
)
