"""Softmax of every prefix, with a state that does not grow."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.coursework.work import grows_with_length

__all__ = ["RUNNING_SOFTMAX"]


def _rows(generator, variant):
    for n, spread in ((1, 1.0), (3, 5.0), (variant["n_tokens"], 2.0)):
        scores = spread * torch.randn(n, generator=generator, dtype=torch.float64)
        yield {
            "scores": scores,
            "values": torch.randn(n, 3, generator=generator, dtype=torch.float64),
        }


@law("the first read", "The first token reads its own value.", cases=_rows)
def _first(answer, *, scores, values):
    return compare.against(answer(scores, values)[0], values[0], what="the first read")


@law("equal scores", "Under equal scores every read is the mean so far.", cases=_rows)
def _mean(answer, *, scores, values):
    count = torch.arange(1, len(values) + 1, dtype=values.dtype)[:, None]
    wanted = values.cumsum(0) / count
    return compare.against(answer(torch.zeros_like(scores), values), wanted, what="the read")


@law("a thousand more", "A thousand added to every score changes no read.", cases=_rows)
def _moved(answer, *, scores, values):
    read = answer(scores, values)
    for much in (1000.0, -1000.0):
        if sentence := compare.against(answer(scores + much, values), read, what="the read"):
            return f"with {much:g} added, {sentence}"
    return None


@law("a score that towers", "A later score that is 800 higher takes all.", cases=_rows)
def _tower(answer, *, scores, values):
    high = torch.cat([scores, scores.amax(0, keepdim=True) + 800])
    more = torch.cat([values, torch.ones_like(values[:1])])
    return compare.against(answer(high, more)[-1], torch.ones(3).double(), what="the last read")


@law("every prefix", "Each read is softmax attention over the tokens so far.", cases=_rows)
def _prefix(answer, *, scores, values):
    wanted = [scores[: t + 1].softmax(0) @ values[: t + 1] for t in range(len(scores))]
    return compare.against(answer(scores, values), torch.stack(wanted), what="the read")


def _long(generator, variant):
    drawn = torch.randn(256, 4, generator=generator, dtype=torch.float64)
    yield {"scores": drawn[:, 0], "values": drawn[:, 1:]}


@law("no look back", "Twice as many tokens cost about twice as much.", cases=_long)
def _linear(answer, *, scores, values):
    return grows_with_length(answer, (scores[:128], values[:128]), (scores, values))


RUNNING_SOFTMAX = Task(
    name="running-softmax",
    title="A softmax that forgets its keys",
    kind="implement",
    difficulty=1,
    minutes=25,
    statement=r"""
With one query for all tokens, token $t$ has a score $s_t$ and a value. Write `running_reads(scores,
values)`: for every $t$ what softmax attention reads of the tokens up to $t$, as (time, value), by a
loop that keeps three things from token to token and neither scores nor values, so that twice as
many tokens cost twice as much. Do it without anything of attnkit. A thousand may be added to all
scores, and one of {n_tokens} may stand 800 above those before it: which of the three things has to
be corrected, and when?
""",
    hints=(
        "Two running sums give a quotient. Which two, and what do both overflow by?",
        "A constant in all exponents cancels in the quotient. Which one keeps every exponential at "
        "most one, and is known by then?",
        "When that constant changes, the sums so far were made with the old one: by which one "
        "factor are they wrong?",
    ),
    placeholder='''
def running_reads(scores, values):
    """What is read of every prefix (time, value), with three things kept."""
    return torch.full_like(values, float("nan"))
''',
    laws=(_first, _mean, _moved, _tower, _prefix, _linear),
    library={},
    variants={"n_tokens": (20, 33, 50)},
)
