"""Stretch a row's weights about an equal share, masked keys left out."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["AFFINE_ROW"]


def rows(generator, variant):
    """Rows from one key on, some of whose keys are masked, with a scale and its mean."""
    for n_keys in (1, 2, variant["n_keys"]):
        scores = 2 * torch.randn(n_keys, generator=generator, dtype=torch.float64)
        mask = torch.rand(n_keys, generator=generator) < 0.7
        mask[0] = True
        scale, mean = torch.rand(2, generator=generator).tolist()
        yield {"scores": scores, "mask": mask, "scale": 0.2 + scale, "mean_scale": mean}


@law("masked keys", "A masked key has weight zero.", cases=rows)
def masked_keys(answer, scores, mask, scale, mean_scale):
    weights = answer(scores, mask, scale, mean_scale)
    return compare.against(weights[~mask], torch.zeros(int((~mask).sum())), what="masked weights")


@law("the sum", "A row sums to the mean scale, whatever its own scale is.", cases=rows)
def the_sum(answer, scores, mask, scale, mean_scale):
    total = answer(scores, mask, scale, mean_scale).sum()
    return compare.against(total, mean_scale, what="the sum of the weights")


@law("no scale", "At a scale of zero every attended key has the same.", cases=rows)
def no_scale(answer, scores, mask, scale, mean_scale):
    weights = answer(scores, mask, 0.0, mean_scale)[mask]
    return compare.against(weights, weights[:1].expand_as(weights), what="the weights")


@law("both one", "Where both scales are one it is softmax.", cases=rows)
def both_one(answer, scores, mask, scale, mean_scale):
    shares = scores[mask].softmax(-1)
    return compare.against(answer(scores, mask, 1.0, 1.0)[mask], shares, what="the weights")


@law("stretched", "Two keys differ by the scale times what softmax gives them.", cases=rows)
def stretched(answer, scores, mask, scale, mean_scale):
    weights = answer(scores, mask, scale, mean_scale)[mask]
    shares = scores[mask].softmax(-1)
    wanted = scale * (shares - shares[0])
    return compare.against(weights - weights[0], wanted, what="the differences to the first key")


AFFINE_ROW = Task(
    name="affine-row",
    title="Weights below zero",
    kind="implement",
    difficulty=1,
    minutes=15,
    statement=r"""
Write affine-scaled weights yourself, without anything of attnkit: `stretch(scores, mask, scale,
mean_scale)` for a row of scores and a boolean mask, true where a key may be attended. Multiply
softmax by the scale, and give every attended key the same on top, so that the row sums to the
mean scale. It is tried with {n_keys} keys of which some are masked. Where it works, look for a
row with a negative weight, and say what its head does with that key's value.
""",
    hints=(
        "After the product with the scale, how far is the sum from the one that is wanted?",
        "What is missing is shared out evenly, among those that may be attended at all.",
        "Two terms: the scale times the shares, and a difference of scales over a count of keys.",
    ),
    placeholder='''
def stretch(scores, mask, scale, mean_scale):
    """Weights (key,) of scores (key,) under a boolean mask (key,), by two numbers."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(masked_keys, the_sum, no_scale, both_one, stretched),
    variants={"n_keys": (7, 11, 13)},
    library={},
)
