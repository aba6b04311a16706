"""The posterior mean where the mark may be missing."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["MAYBE_MARKED"]


def prompts(generator, variant):
    """Rows from one token on, vectors of any length and angle, and a chance of no mark."""
    for n_tokens in (1, 3, variant["n_tokens"]):
        tokens, (key, value) = (
            torch.randn(size, 5, generator=generator, dtype=torch.float64) for size in (n_tokens, 2)
        )
        signal, absent = (torch.rand(2, generator=generator) * torch.tensor([6.0, 0.8])).tolist()
        yield {"tokens": tokens, "key": key, "value": value, "signal": signal, "absent": absent}


def logs_of(tokens, key, signal):
    """Log-densities of the whole row for each place of the mark, and at last for none."""
    normal = torch.distributions.Normal(0.0, 1.0)
    shifts = torch.cat([torch.eye(len(tokens)), torch.zeros(1, len(tokens))]).to(tokens.dtype)
    moved = tokens - signal**0.5 * shifts[..., None] * key
    return normal.log_prob(moved).sum((-1, -2))


@law("never missing", "If the mark is never missing it is a softmax head.", cases=prompts)
def never_missing(answer, tokens, key, value, signal, absent):
    chances = logs_of(tokens, key, signal)[:-1].softmax(-1)
    found = answer(tokens, key, value, signal, 0.0)
    return compare.against(found, chances @ (tokens @ value), what="the guess if none is missing")


@law("always missing", "If the mark is always missing the guess is 0.", cases=prompts)
def always_missing(answer, tokens, key, value, signal, absent):
    found = answer(tokens, key, value, signal, 1.0)
    return compare.against(found, 0.0, what="the guess if the mark is always missing")


@law("nothing to see", "With a mark of length zero nothing is learned of its place.", cases=prompts)
def nothing_to_see(answer, tokens, key, value, signal, absent):
    wanted = (1 - absent) * (tokens @ value).mean()
    return compare.against(answer(tokens, key, value, 0.0, absent), wanted, what="the blind guess")


@law("by Bayes' rule", "It is the mean under the chances of all places and of none.", cases=prompts)
def by_bayes(answer, tokens, key, value, signal, absent):
    prior = torch.full((len(tokens) + 1,), (1 - absent) / len(tokens), dtype=tokens.dtype)
    prior[-1] = absent
    chances = (logs_of(tokens, key, signal) + prior.log()).softmax(-1)[:-1]
    found = answer(tokens, key, value, signal, absent)
    return compare.against(found, chances @ (tokens @ value), what="the guess")


MAYBE_MARKED = Task(
    name="maybe-marked",
    title="A mark that may be missing",
    kind="implement",
    difficulty=3,
    minutes=40,
    statement=r"""
With chance `absent` no token is marked, and the label is 0; otherwise one of the $L$ tokens is,
at a place drawn at random, and the label is its content $\langle v, x_J \rangle$. Tokens are
(token, d), unmarked ones standard normal; the mark is $\sqrt\nu\, k$, where $k$ and $v$ are *any*
two vectors, of any length and at any angle. `absent` may be 0 and may be 1.
Write the best guess of the label as `guess_or_be_silent(tokens, key, value, signal, absent)`,
without anything of attnkit. Try it on {n_tokens} tokens. Which mechanism of the part on
normalisation have you built?
""",
    hints=(
        "There is one hypothesis more than there are tokens: write down the odds of each.",
        "Against no mark at all a place has a likelihood ratio of two terms, one of them constant.",
        "That constant cancels among the places; against silence it does not.",
    ),
    placeholder='''
def guess_or_be_silent(tokens, key, value, signal, absent):
    """Posterior mean of the label of one prompt (token, d); `absent` is the chance of no mark."""
    return torch.tensor(float("nan"), dtype=tokens.dtype)
''',
    laws=(never_missing, always_missing, nothing_to_see, by_bayes),
    variants={"n_tokens": (5, 7, 11)},
    library={},
)
