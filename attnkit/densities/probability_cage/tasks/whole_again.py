"""Give standardised scores a sum of one again, without giving up what they can do."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["WHOLE_AGAIN"]


def rows(generator, variant):
    """Scores of several lengths, with a gain and keys that are not seen."""
    for n_keys in (2, 5, variant["n_keys"]):
        scores = torch.randn(n_keys, generator=generator, dtype=torch.float64)
        gain = 0.2 + torch.rand((), generator=generator).item()
        yield {"scores": scores, "seen": torch.ones(n_keys, dtype=torch.bool), "gain": gain}
        seen = torch.arange(n_keys) < max(n_keys - 2, 2)
        yield {"scores": scores, "seen": seen, "gain": gain}


@law("unseen keys", "A key that is not seen has no weight.", cases=rows)
def unseen(answer, scores, seen, gain):
    left_out = answer(scores, seen, gain)[~seen]
    return compare.against(left_out, torch.zeros_like(left_out), what="the weights of unseen keys")


@law("constants are kept", "Where all values are the same, that value is read.", cases=rows)
def constants(answer, scores, seen, gain):
    read = (answer(scores, seen, gain) * 3.0).sum()
    return compare.against(read, 3.0, what="the read-out of threes")


@law("no gain", "With a gain of zero the mean of the seen values is read.", cases=rows)
def no_gain(answer, scores, seen, gain):
    wanted = seen.double() / seen.sum()
    return compare.against(answer(scores, seen, 0.0), wanted, what="the weights")


@law("a unit of score", "A key one deviation above the mean has the gain in excess.", cases=rows)
def a_unit(answer, scores, seen, gain):
    weights = answer(scores, seen, gain)[seen]
    held = scores[seen]
    gaps = (held - held.mean()) / held.std(correction=0)
    wanted = gain * (gaps - gaps[0])
    return compare.against(weights - weights[0], wanted, what="the differences of the weights")


WHOLE_AGAIN = Task(
    name="whole-again",
    title="One number gives the sum back",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Standardised scores as weights sum to zero, so that a head reads nothing where all values are the
same. Write `weigh_whole(scores, seen, gain)` for one row, without anything of attnkit: weights that
are the standardised scores (no small constant) times the gain, plus whatever makes them sum to one
over the keys that are `seen`; the others have none and count for nothing. Rows of up to {n_keys}
keys will be tried. Why must that number know the row, and what does a head with one bias for all
rows do?
""",
    hints=(
        "What do the standardised scores of a row sum to before anything is added?",
        "The same number goes to every seen key, so ask how many there are.",
        "Take mean and deviation over the seen keys, and divide by their count, not one less.",
    ),
    placeholder='''
def weigh_whole(scores, seen, gain):
    """Weights (key,) of scores (key,), boolean seen (key,) and a number."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(unseen, constants, no_gain, a_unit),
    variants={"n_keys": (11, 17, 23)},
    library={},
)
