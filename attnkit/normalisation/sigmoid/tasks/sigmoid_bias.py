"""Weigh keys that do not compete, masked ones left out."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SIGMOID_BIAS"]


def rows(generator, variant):
    """Rows from one key on, some of whose keys are masked."""
    for n_keys in (1, 2, variant["n_keys"]):
        scores = torch.randn(n_keys, generator=generator, dtype=torch.float64)
        mask = torch.rand(n_keys, generator=generator) < 0.7
        mask[0] = True
        yield {"scores": scores, "mask": mask}


def whole_rows(generator, variant):
    """The same rows with no key masked."""
    for case in rows(generator, variant):
        yield case | {"mask": torch.ones_like(case["mask"])}


@law("masked keys", "A key that is masked has weight zero.", cases=rows)
def masked_keys(answer, scores, mask):
    weights = answer(scores, mask)
    return compare.against(weights[~mask], torch.zeros(int((~mask).sum())), what="masked weights")


@law("no competition", "Another key's score changes nothing.", cases=whole_rows)
def no_competition(answer, scores, mask):
    raised = scores.clone()
    raised[1:] += 2.0
    before, after = answer(scores, mask), answer(raised, mask)
    return compare.against(after[:1], before[:1], what="the first weight, its rivals raised,")


@law("equal zeros", "n equal scores of zero give weights that sum to n / (n + 1).", cases=rows)
def equal_zeros(answer, scores, mask):
    n = int(mask.sum())
    total = answer(torch.zeros_like(scores), mask).sum()
    return compare.against(total, n / (n + 1), what="the sum of the weights")


@law(
    "against nothing", "A key's weight is a softmax over it and a rival of score log n.", cases=rows
)
def against_nothing(answer, scores, mask):
    rival = torch.full_like(scores, float(mask.sum())).log()
    pairs = torch.stack([scores, rival], -1).softmax(-1)[..., 0]
    return compare.against(answer(scores, mask), pairs * mask, what="the weights")


SIGMOID_BIAS = Task(
    name="sigmoid-bias",
    title="Keys that do not compete",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Write sigmoid attention's weights yourself, without anything of attnkit: `weigh_alone(scores, mask)`
for a row of scores and a boolean mask of the same length, true where a key may be attended. The
bias is $-\log n$. Test it with {n_keys} keys of which some are masked, and decide first what $n$
is then: a key that nobody may attend should make no difference to the others.
""",
    hints=(
        "What should happen to the other weights when a masked key is taken off the row?",
        "Put the bias inside: $1/(1 + e^{-(z - \\log n)})$ can be written without a logarithm.",
        "Count the true entries of the mask, weigh every key, and silence the masked ones last.",
    ),
    placeholder='''
def weigh_alone(scores, mask):
    """Weights (key,) of scores (key,) under a boolean mask (key,)."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(masked_keys, no_competition, equal_zeros, against_nothing),
    variants={"n_keys": (7, 11, 13)},
    library={},
)
