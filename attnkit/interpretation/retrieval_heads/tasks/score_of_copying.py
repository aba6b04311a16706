"""Score a head by what it copied."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SCORE_OF_COPYING"]


def texts(generator, variant):
    """Texts with a needle, what was written, and where a head looked while it was."""
    for n_steps in (1, variant["n_steps"], 2 * variant["n_steps"]):
        size = max(n_steps // 2, 1)
        tokens = torch.randint(5, (11,), generator=generator)
        needle = torch.arange(11) < 3 + size
        looked = torch.randint(8, (n_steps,), generator=generator)
        lucky = torch.rand(n_steps, generator=generator) < 0.6
        other = torch.randint(5, (n_steps,), generator=generator)
        written = torch.where(lucky, tokens[looked], other)
        yield {"looked": looked, "tokens": tokens, "written": written, "needle": needle}


@law("nothing outside", "A head that never looks at the needle scores zero.", cases=texts)
def nothing_outside(answer, looked, tokens, written, needle):
    found = answer(looked, tokens, tokens[looked], torch.arange(11) > 8)
    return compare.against(torch.as_tensor(found), 0.0, what="the score without a look at it")


@law("looking is not copying", "Where another token is written, nothing is copied.", cases=texts)
def looking_is_not_copying(answer, looked, tokens, written, needle):
    found = answer(looked, tokens, tokens[looked] + 100, needle)
    return compare.against(torch.as_tensor(found), 0.0, what="the score of looks alone")


@law("at most one", "Copying the same places again raises no score.", cases=texts)
def at_most_one(answer, looked, tokens, written, needle):
    once, twice = (
        torch.as_tensor(answer(looked.repeat(k), tokens, written.repeat(k), needle)) for k in (1, 4)
    )
    return compare.against(twice, once, what="the score after a repetition")


@law("share of the needle", "The score is the share of the needle's places.", cases=texts)
def share_of_the_needle(answer, looked, tokens, written, needle):
    pairs = zip(looked.tolist(), written.tolist(), strict=True)
    copied = {place for place, token in pairs if needle[place] and tokens[place] == token}
    found = torch.as_tensor(answer(looked, tokens, written, needle))
    return compare.against(found, len(copied) / int(needle.sum()), what="the score")


SCORE_OF_COPYING = Task(
    name="score-of-copying",
    title="Did the head copy it?",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement="""
While a model writes, a head looks hardest at one place in each step. Write its retrieval score as
`score_copies(looked, tokens, written, needle)`, without anything of attnkit: the share of the
needle's places that it copied. A place is copied if the head looked there in a step in which just
its token was written. Think of {n_steps} steps, and of a model that says everything four times.
""",
    hints=(
        "Two things must be true in one and the same step.",
        "Make a table of places that is false everywhere, and mark what was copied in it.",
        "Count the marks inside of the needle, then divide by the needle's size.",
    ),
    placeholder='''
def score_copies(looked, tokens, written, needle):
    """Share of the places of `needle` (key,) that a head copied; it looked at place
    `looked` (step,) of `tokens` (key,) while `written` (step,) were written."""
    return float("nan")
''',
    laws=(nothing_outside, looking_is_not_copying, at_most_one, share_of_the_needle),
    variants={"n_steps": (4, 6, 8)},
    library={},
)
