"""Attention to all others: what a token reads when it may not look at itself."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SILENT_ALONE"]


def texts(generator, variant):
    """Queries, keys and values from a single token on."""

    def normal(*shape):
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    for n_tokens in (1, 2, variant["n_tokens"]):
        queries, keys = normal(2, n_tokens, 3)
        yield {"queries": queries, "keys": keys, "values": normal(n_tokens, 5)}


@law("silent alone", "A token that is alone reads zero.", cases=texts)
def silent_alone(answer, queries, keys, values):
    read = answer(queries[:1], keys[:1], values[:1])
    return compare.against(read, torch.zeros_like(values[:1]), what="the read of a single token")


@law("deaf to itself", "A token's own value does not change what it reads.", cases=texts)
def deaf_to_itself(answer, queries, keys, values):
    before = answer(queries, keys, values)
    for i in range(len(values)):
        other = values.clone()
        other[i] += 10.0
        told = compare.against(
            answer(queries, keys, other)[i], before[i], what="the read after a change of its own"
        )
        if told:
            return told
    return None


@law("whole shares", "Where all values are alike, so is the read.", cases=texts)
def whole_shares(answer, queries, keys, values):
    if len(values) == 1:
        return None
    alike = values[:1].expand_as(values).clone()
    return compare.against(answer(queries, keys, alike), alike, what="the read of equal values")


@law("of the others", "It is attention to the text without this token.", cases=texts)
def of_the_others(answer, queries, keys, values):
    read = answer(queries, keys, values)
    for i in range(len(values) if len(values) > 1 else 0):
        others = torch.arange(len(values)) != i
        scores = keys[others] @ queries[i] / keys.shape[-1] ** 0.5
        wanted = scores.softmax(-1) @ values[others]
        told = compare.against(read[i], wanted, what="the read of a token")
        if told:
            return told
    return None


SILENT_ALONE = Task(
    name="silent-alone",
    title="A token that may not look at itself",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Write `read_others(queries, keys, values)`, without anything of attnkit: attention of {n_tokens}
tokens, say, in which no token looks at itself, with scores over the root of the width and softmax
over the others. A token that is alone has no others and reads zero. With a residual sum $x + c$
nothing is lost: say why, and what a layer without one could no longer do.
""",
    hints=(
        "Take the diagonal out before the softmax, so that the others share what it had.",
        "Softmax of a row that has nothing left is no number: which row is that?",
        "Weights that you have replaced by zero read zero, without any special case for the value.",
    ),
    placeholder='''
def read_others(queries, keys, values):
    """What each token reads (token, channel) of all the others."""
    return torch.full_like(values, float("nan"))
''',
    laws=(silent_alone, deaf_to_itself, whole_shares, of_the_others),
    variants={"n_tokens": (5, 7, 11)},
    library={},
)
