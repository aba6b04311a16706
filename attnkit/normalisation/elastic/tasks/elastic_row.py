"""Weigh keys so that a row may keep nothing, masked ones left out."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["ELASTIC_ROW"]


def rows(generator, variant):
    """Rows from one key on, some of whose keys are masked."""
    for n_keys in (1, 2, variant["n_keys"]):
        scores = torch.randn(n_keys, generator=generator, dtype=torch.float64)
        mask = torch.rand(n_keys, generator=generator) < 0.7
        mask[0] = True
        yield {"scores": scores, "mask": mask, "offset": -variant["tenths"] / 10}


@law("masked keys", "A masked key has weight zero, even where every key is paid.", cases=rows)
def masked_keys(answer, scores, mask, offset):
    weights = answer(scores, mask, 0.5)
    return compare.against(weights[~mask], torch.zeros(int((~mask).sum())), what="masked weights")


@law("a constant", "A constant added to every score changes nothing.", cases=rows)
def a_constant(answer, scores, mask, offset):
    shifted = answer(scores + 2.0, mask, offset)
    return compare.against(shifted, answer(scores, mask, offset), what="the weights after a shift")


@law("never more", "A negative offset gives no key more than softmax.", cases=rows)
def never_more(answer, scores, mask, offset):
    raised = scores.exp() * mask
    weights = answer(scores, mask, offset)
    return compare.at_most(weights, raised / raised.sum(), what="the weights")


@law("equal scores", "Equal scores keep one plus the offset in all, and nothing at -1.", cases=rows)
def equal_scores(answer, scores, mask, offset):
    for tried in (-1.0, offset):
        total = answer(torch.zeros_like(scores), mask, tried).sum()
        if told := compare.against(total, 1 + tried, what=f"the sum at an offset of {tried:g}"):
            return told
    return None


@law("what is taken", "Kept keys lose one share each, the others all they had.", cases=rows)
def what_is_taken(answer, scores, mask, offset):
    shares = scores[mask].softmax(-1)
    kept = [max(0.0, share + offset / len(shares)) for share in shares.tolist()]
    weights = answer(scores, mask, offset)[mask]
    return compare.against(weights, torch.tensor(kept, dtype=torch.float64), what="the weights")


ELASTIC_ROW = Task(
    name="elastic-row",
    title="A row that may keep nothing",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Write the elastic softmax yourself, without anything of attnkit: `keep_above(scores, mask,
offset)` for a row of scores, a boolean mask that is true where a key may be attended, and a
number $\tau$. Each key has its softmax weight plus $\tau/n$, and at least nothing. It is tried
with {n_keys} keys of which some are masked, and an offset of $-{tenths}/10$ among others. Before
you begin: what should a masked key get when $\tau$ is *positive*?
""",
    hints=(
        "Which keys does a row have, where some are masked: does n count them all?",
        "Leave masked keys out before the exponentials, and think of them again at the end.",
        "Three steps: shares of the attended keys, one number added to each, a cut at zero.",
    ),
    placeholder='''
def keep_above(scores, mask, offset):
    """Weights (key,) of scores (key,) under a boolean mask (key,), with an offset in shares."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(masked_keys, a_constant, never_more, equal_scores, what_is_taken),
    variants={"n_keys": (7, 11, 13), "tenths": (4, 5, 7)},
    library={},
)
