"""Point at every input once."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["EACH_INPUT_ONCE"]


def tables(generator, variant):
    """Square tables of scores from one input on."""
    for n in (1, 2, variant["n_inputs"]):
        yield {"scores": torch.randn(n, n, generator=generator, dtype=torch.float64)}


@law("each once", "Every input is pointed at once, and one in each step.", cases=tables)
def each_once(answer, scores):
    found, ones = answer(scores), torch.ones(len(scores))
    told = compare.against(found.sum(-1), ones, what="the sums over the inputs")
    return told or compare.against(found.sum(-2), ones, what="the sums over the steps")


@law("the best first", "The first step points at its own highest score.", cases=tables)
def the_best_first(answer, scores):
    found = (answer(scores)[0] * scores[0]).sum()
    return compare.against(found, scores[0].amax(), what="the score of the first choice")


@law("moves with the inputs", "Inputs in another order: the same ones are chosen.", cases=tables)
def moves_with_the_inputs(answer, scores):
    turned, before = answer(scores.flip(-1)), answer(scores)
    return compare.against(turned.flip(-1), before, what="the choice among inputs in reverse")


@law("best of what is left", "Each step takes the highest score that is left.", cases=tables)
def best_of_what_is_left(answer, scores):
    left, wanted = [*range(len(scores))], torch.zeros_like(scores)
    for step, row in enumerate(scores.tolist()):
        best = max(left, key=row.__getitem__)
        wanted[step, best] = 1
        left.remove(best)
    return compare.against(answer(scores), wanted, what="the table of choices")


EACH_INPUT_ONCE = Task(
    name="each-input-once",
    title="Each input once",
    kind="implement",
    difficulty=1,
    minutes=15,
    statement="""
A pointer network gave scores for {n_inputs} steps over as many inputs. Write the table of its
choices, when no input may be chosen twice, as `take_each(scores)`, without anything of attnkit: one
where a step points, zero elsewhere. Each step decides in its turn; nothing is taken back.
""",
    hints=(
        "What must be remembered from one step to the next?",
        "A score that may not win can be made lower than any number.",
        "Go through the rows in turn; strike out a column as soon as it has been taken.",
    ),
    placeholder='''
def take_each(scores):
    """A table like scores (step, input): 1 where a step points, 0 elsewhere; each input once."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(each_once, the_best_first, moves_with_the_inputs, best_of_what_is_left),
    variants={"n_inputs": (5, 7, 11)},
    library={},
)
