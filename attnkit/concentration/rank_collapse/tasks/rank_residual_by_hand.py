"""How far tokens are from being one token, in one number."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["RANK_RESIDUAL_BY_HAND"]


def tokens(generator, variant):
    """States of one token and more."""
    for n_tokens, width in ((1, 3), (2, 3), (variant["n_tokens"], variant["width"])):
        yield {"states": torch.randn(n_tokens, width, generator=generator, dtype=torch.float64)}


def turned(generator, variant):
    """States with a rotation of their features."""
    for case in tokens(generator, variant):
        width = case["states"].shape[1]
        draws = torch.randn(width, width, generator=generator, dtype=torch.float64)
        yield case | {"rotation": torch.linalg.qr(draws).Q}


@law("one token", "Tokens that are all the same have none left.", cases=tokens)
def one_token(answer, states):
    same = states[:1].expand_as(states).clone()
    return compare.against(answer(same), 0.0, what="the residual")


@law("no shared part", "Tokens in opposite pairs have all of it left.", cases=tokens)
def no_shared_part(answer, states):
    return compare.against(answer(torch.cat([states, -states])), 1.0, what="the residual")


@law("scale", "Tokens five times as long have the same.", cases=tokens)
def scale(answer, states):
    return compare.against(answer(5 * states), answer(states), what="the residual, scaled,")


@law("rotation", "Turning the features changes nothing.", cases=turned)
def rotation(answer, states, rotation):
    return compare.against(answer(states @ rotation), answer(states), what="the residual, turned,")


@law(
    "pairs",
    "Its square, times the sum of squares, is half the mean squared distance of pairs times n.",
    cases=tokens,
)
def pairs(answer, states):
    distances = torch.cdist(states, states, compute_mode="donot_use_mm_for_euclid_dist")
    apart = distances.square().sum() / (2 * len(states))
    wanted = (apart / states.square().sum()).sqrt()
    return compare.against(answer(states), wanted, what="the residual")


RANK_RESIDUAL_BY_HAND = Task(
    name="rank-residual-by-hand",
    title="How much is not shared?",
    kind="implement",
    difficulty=1,
    minutes=15,
    statement=r"""
Tokens on their way to rank one keep a shared part and lose the rest. Write `left_over(states)`,
which returns the share of the tokens' length, all features and tokens together, that is left when
every token has given up what all of them share: zero when all are the same, one when they share
nothing. Use nothing of attnkit. Try it on {n_tokens} tokens of {width} features, and say before
you run it what a thousand independent normal tokens will give.
""",
    hints=(
        "Which single token is nearest to all of them, in the sum of squares?",
        "Over which dimension is that mean taken: a token's features, or the tokens?",
        "Divide one root of a sum of squares by another, of what is left and of what was there.",
    ),
    placeholder='''
def left_over(states):
    """A number from 0 to 1 for states (token, feature)."""
    return torch.tensor(float("nan"), dtype=states.dtype)
''',
    laws=(one_token, no_shared_part, scale, rotation, pairs),
    variants={"n_tokens": (5, 7, 11), "width": (3, 13)},
    library={},
)
