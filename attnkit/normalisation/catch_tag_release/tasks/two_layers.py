"""Average what follows a separator, by two layers of softmax."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["TWO_LAYERS"]


def sequences(generator, variant):
    """Contents (token, 3) with a separator in the middle."""
    n = variant["n_tokens"]
    contents = torch.randn(n, 3, generator=generator, dtype=torch.float64)
    yield {"contents": contents, "separators": torch.arange(n) == n // 2, "sharpness": 2.0}


@law("blunt", "At a sharpness of zero every token averages all up to itself.", cases=sequences)
def blunt(answer, contents, separators, sharpness):
    count = torch.arange(1, len(contents) + 1, dtype=torch.float64)[:, None]
    return compare.against(answer(contents, separators, 0.0), contents.cumsum(0) / count)


@law("what stands before", "After the separator, what stood before it is unheard.", cases=sequences)
def what_stands_before(answer, contents, separators, sharpness):
    place = int(separators.nonzero())
    other = contents.clone()
    other[:place] += 3.0
    one, two = (answer(x, separators, 40.0)[place + 1 :] for x in (contents, other))
    return compare.against(two, one, what="the output after the separator")


@law("the separator", "The separator's own content is unheard after it.", cases=sequences)
def the_separator(answer, contents, separators, sharpness):
    place = int(separators.nonzero())
    other = contents.clone()
    other[place] += 3.0
    one, two = (answer(x, separators, 40.0)[place + 1 :] for x in (contents, other))
    return compare.against(two, one, what="the output after the separator")


@law("sharp", "Sharp enough, each later token has the mean of what follows.", cases=sequences)
def sharp(answer, contents, separators, sharpness):
    place = int(separators.nonzero())
    later = contents[place + 1 :]
    count = torch.arange(1, len(later) + 1, dtype=torch.float64)[:, None]
    found = answer(contents, separators, 40.0)[place + 1 :]
    return compare.against(found, later.cumsum(0) / count, what="the output after the separator")


@law("in between", "At any sharpness both layers are softmax of the scores given.", cases=sequences)
def in_between(answer, contents, separators, sharpness):
    marks, n = separators.double(), len(contents)
    raised = (sharpness * marks).exp()
    tags = (raised * marks).cumsum(0) / raised.cumsum(0)
    kept = (sharpness * (tags - 2 * marks)).exp()[:, None]
    wanted = (kept * contents).cumsum(0) / kept.cumsum(0)
    return compare.against(answer(contents, separators, sharpness), wanted.reshape(n, -1))


TWO_LAYERS = Task(
    name="two-layers",
    title="Caught, tagged, released",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
One of {n_tokens} tokens is a separator, and each token after it should average the contents
between the separator and itself. Write `release(contents, separators, sharpness)` as two causal
layers of softmax, without anything of attnkit. In the first a key's score is $\kappa s_j$, where
$s_j$ is one at the separator and zero elsewhere, and a separator's value is one: what token $i$
reads is its tag $t_i$. In the second a key's score is $\kappa t_j - 2\kappa s_j$ and its value
its content. Why minus two?
""",
    hints=(
        "Every token sees itself and what stands before it: build that mask once, use it twice.",
        "The tag of a token is its own weight on the separator, in the first layer's map.",
        "Which tokens have a tag near one? One of them should not be averaged: look at its score.",
    ),
    placeholder='''
def release(contents, separators, sharpness):
    """Output (token, channel) of contents (token, channel), separators (token,) and a number."""
    return torch.full_like(contents, float("nan"))
''',
    laws=(blunt, what_stands_before, the_separator, sharp, in_between),
    variants={"n_tokens": (11, 13, 17)},
    library={},
)
