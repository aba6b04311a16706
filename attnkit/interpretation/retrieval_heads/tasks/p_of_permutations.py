"""Say how rare a score is among what permutations drew."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["P_OF_PERMUTATIONS"]


def draws(generator, variant):
    """A score and what permutations drew, on a grid of few values, so that ties occur."""
    for n_draws in (1, 9, variant["n_draws"]):
        drawn = torch.randint(5, (n_draws,), generator=generator).double() / 8
        found = torch.randint(5, (), generator=generator).item() / 8
        yield {"found": found, "drawn": drawn}


@law("never zero", "However high the score, its p-value is above zero.", cases=draws)
def never_zero(answer, found, drawn):
    p = float(answer(5.0, drawn))
    return None if p > 0 else "the p-value of a score above all draws is not above zero"


@law("at most one", "A score below all draws has a p-value of one.", cases=draws)
def at_most_one(answer, found, drawn):
    return compare.against(
        torch.as_tensor(answer(-1.0, drawn)), 1.0, what="the p-value of a score below all draws"
    )


@law("ties count", "Draws that equal the score count as draws that reach it.", cases=draws)
def ties_count(answer, found, drawn):
    tied = torch.full_like(drawn, found)
    return compare.against(
        torch.as_tensor(answer(found, tied)), 1.0, what="the p-value where all draws are equal"
    )


@law("its rank", "Times B + 1 it is the score's rank among draws and itself.", cases=draws)
def its_rank(answer, found, drawn):
    together = sorted([*drawn.tolist(), found], reverse=True)
    rank = len(together) - together[::-1].index(found)
    p = torch.as_tensor(answer(found, drawn))
    return compare.against(p, rank / len(together), what="the p-value")


P_OF_PERMUTATIONS = Task(
    name="p-of-permutations",
    title="How rare is this score?",
    kind="implement",
    difficulty=2,
    minutes=15,
    statement="""
A head scored `found`, and {n_draws} permutations of the keys scored `drawn`. Write
`rarity(found, drawn)`, without anything of attnkit: the p-value that is valid for any number of
draws. If the head does nothing, `found` is one more draw like the others.
""",
    hints=(
        "How many numbers are there, if the head does nothing?",
        "Which of them are at least as high as what was found? One surely is.",
        "Count both with the score itself among them.",
    ),
    placeholder='''
def rarity(found, drawn):
    """The p-value of a score `found` among `drawn` (draw,) of permutations."""
    return float("nan")
''',
    laws=(never_zero, at_most_one, ties_count, its_rank),
    variants={"n_draws": (19, 39, 99)},
    library={},
)
