"""Which scores the entropy of a bag pulls up, and which it pushes down."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SLOPE_OF_THE_ENTROPY"]


def bags(generator, variant):
    """Scores of bags from one instance on."""
    for n in (1, 2, variant["n_instances"]):
        for spread in (0.5, 3.0):
            yield {"scores": spread * torch.randn(n, generator=generator, dtype=torch.float64)}


def certain(generator, variant):
    """Bags in which one instance has all the weight that float64 can give."""
    for n in (2, variant["n_instances"]):
        scores = torch.zeros(n, dtype=torch.float64)
        scores[0] = 900.0
        yield {"scores": scores}


@law("sum zero", "A constant in the scores is not felt, so the slopes sum to zero.", cases=bags)
def sum_zero(answer, scores):
    return compare.against(answer(scores).sum(), 0.0, what="the sum of the slopes")


@law("level scores", "Where all scores are equal the entropy is at its largest.", cases=bags)
def level_scores(answer, scores):
    slopes = answer(torch.full_like(scores, 2.0))
    return compare.against(slopes, torch.zeros_like(scores), what="the slopes")


@law("a certain bag", "Weights that round to zero have a slope of zero.", cases=certain)
def a_certain_bag(answer, scores):
    return compare.against(answer(scores), torch.zeros_like(scores), what="the slopes")


@law("against a difference", "A small step changes the entropy by slope times step.", cases=bags)
def against_a_difference(answer, scores):
    step = 1e-5
    wanted = []
    for place in range(len(scores)):
        moved = torch.zeros_like(scores)
        moved[place] = step
        rows = torch.stack([scores + moved, scores - moved])
        up, down = torch.distributions.Categorical(logits=rows).entropy()
        wanted.append((up - down) / (2 * step))
    return compare.against(answer(scores), torch.stack(wanted), what="the slopes", tolerance=1e-7)


SLOPE_OF_THE_ENTROPY = Task(
    name="slope-of-the-entropy",
    title="What maximising entropy pulls at",
    kind="derive",
    difficulty=1,
    minutes=20,
    statement=r"""
Derive $\partial H/\partial z_i$ for $H = -\sum_i a_i \log a_i$ with $a$ the softmax of $z$, and
write it as `entropy_slope(scores)` for one bag, without anything of attnkit and without autograd.
It is held to bags of up to {n_instances} instances, one of which may have all the weight. Then say
which instance of a bag is pushed down hardest.
""",
    hints=(
        "The derivative of one weight by another's score has a term with both weights.",
        "Collect what multiplies the weight itself: its surprise, and the mean surprise.",
        "A weight that rounds to zero times its own logarithm: what should that be?",
    ),
    placeholder='''
def entropy_slope(scores):
    """Derivative of the entropy of softmax by each score (instance,)."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(sum_zero, level_scores, a_certain_bag, against_a_difference),
    variants={"n_instances": (7, 11, 13)},
    library={},
    autograd=False,
)
