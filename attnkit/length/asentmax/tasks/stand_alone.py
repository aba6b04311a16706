"""From which scale on has entmax one key only?"""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.densities import entmax

__all__ = ["STAND_ALONE"]


def rows(generator, variant):
    """Rows of two keys and more, for a few values of alpha."""
    for n_keys in (2, 5, variant["n_keys"]):
        for alpha in (2.0, 1.5, 1.2):
            scores = torch.randn(n_keys, generator=generator, dtype=torch.float64)
            yield {"scores": scores, "alpha": alpha}


@law("shifted scores", "A constant added to all scores changes nothing.", cases=rows)
def shifted(answer, scores, alpha):
    return compare.against(
        answer(scores + 3.0, alpha), answer(scores, alpha), what="the scale of shifted scores"
    )


@law("twice the scores", "Scores twice as large need half the scale.", cases=rows)
def twice(answer, scores, alpha):
    doubled = 2 * torch.as_tensor(answer(2 * scores, alpha))
    return compare.against(doubled, answer(scores, alpha), what="the scale of doubled scores")


@law("far rivals", "Rivals below the second best do not matter.", cases=rows)
def far_rivals(answer, scores, alpha):
    second = scores.topk(2).values[1]
    more = torch.cat([scores, second - torch.tensor([0.1, 1.0, 2.0], dtype=scores.dtype)])
    return compare.against(
        answer(more, alpha), answer(scores, alpha), what="the scale with more rivals"
    )


@law("alone there", "Just above this scale one key has all the weight.", cases=rows)
def alone_there(answer, scores, alpha):
    weights = entmax(1.0001 * float(answer(scores, alpha)) * scores, alpha)
    return compare.against(weights.max(), 1.0, what="the best key's weight above the scale")


@law("not before", "Just below this scale a second key has a weight.", cases=rows)
def not_before(answer, scores, alpha):
    weights = entmax(0.99 * float(answer(scores, alpha)) * scores, alpha)
    return compare.at_least((weights > 0).sum(), 2, what="the number of keys below the scale")


STAND_ALONE = Task(
    name="stand-alone",
    title="From which scale on is a key alone?",
    kind="derive",
    difficulty=2,
    minutes=30,
    statement=r"""
At scale $b$ entmax gives weights $[(\alpha - 1)(b z_i - \tau)]_+^{{1/(\alpha - 1)}}$, with the
$\tau$ at which they sum to one. Derive the least $b$ from which on the best key has everything, and
write it as `scale_to_stand_alone(scores, alpha)`, without anything of attnkit. Try it on {n_keys}
keys. Where does their number enter, and what does that say of softmax, the limit at $\alpha = 1$?
""",
    hints=(
        "What is the threshold when one key has a weight of exactly one?",
        "Which of the rivals is the last to lose its weight?",
        "Write that this rival lies just at the threshold, and solve for the scale.",
    ),
    placeholder='''
def scale_to_stand_alone(scores, alpha):
    """The least scale of scores (key,) at which entmax gives one key everything."""
    return float("nan")
''',
    laws=(shifted, twice, far_rivals, alone_there, not_before),
    variants={"n_keys": (7, 11, 13)},
    library={},
)
