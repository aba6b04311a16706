"""Find the fewest keys whose weights come to a share of the row."""

import torch

from attnkit.coursework import Task, law

__all__ = ["FEWEST_KEYS"]


def rows(generator, variant):
    """Rows of weights that sum to one: peaked, mild, and of one key, with a share."""
    for n_keys in (1, 2, variant["n_keys"]):
        for sharp in (0.5, 2.0, 8.0):
            scores = sharp * torch.randn(n_keys, generator=generator, dtype=torch.float64)
            share = 0.3 + 0.65 * torch.rand((), generator=generator).item()
            yield {"weights": scores.softmax(0), "share": share}


@law("ones and zeros", "A key that is kept has a one, any other a zero.", cases=rows)
def ones_and_zeros(answer, weights, share):
    flags = answer(weights, share)
    good = bool(((flags == 0) | (flags == 1)).all())
    return None if good else "a number comes back that is neither one nor zero"


@law("one spike", "A key that alone has more than the share is kept, alone.", cases=rows)
def one_spike(answer, weights, share):
    row = torch.full((7,), (1 - share) / 12, dtype=torch.float64)
    row[4] = 1 - row[0] * 6
    kept = answer(row, share) > 0
    if not kept[4]:
        return "the one key that has it all is not kept"
    return None if kept.sum() == 1 else "more keys are kept than the one that has it all"


@law("covers", "The weights kept come to the share or more.", cases=rows)
def covers(answer, weights, share):
    sum_kept = weights[answer(weights, share) > 0].sum()
    return None if sum_kept >= share - 1e-12 else "the weights kept come to less than the share"


@law("no fewer do", "Without the least of the kept weights the share is missed.", cases=rows)
def no_fewer(answer, weights, share):
    kept = weights[answer(weights, share) > 0]
    if len(kept) and kept.sum() - kept.min() >= share + 1e-12:
        return "there is one key more than it takes"
    return None


@law("any order", "The keys kept are the same wherever they stand in the row.", cases=rows)
def any_order(answer, weights, share):
    turned = answer(weights.flip(0), share).flip(0)
    same = torch.equal(turned, answer(weights, share))
    return None if same else "turning the row round keeps other keys"


@law("the largest", "No weight left out is larger than one that is kept.", cases=rows)
def the_largest(answer, weights, share):
    kept = answer(weights, share) > 0
    if bool(kept.all()) or not bool(kept.any()):
        return None
    good = weights[~kept].max() <= weights[kept].min() + 1e-12
    return None if good else "a key is left out that has more weight than one kept"


FEWEST_KEYS = Task(
    name="fewest-keys",
    title="The fewest keys that do",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
A row of weights sums to one. Write `fewest_keys(weights, share)`, without anything of attnkit: one
for each of the fewest keys whose weights together come to at least the share, zero for the others,
as numbers of the weights' dtype.
Try it on a row of {n_keys} keys, and on one in which a single key has more than the share.
""",
    hints=(
        "Which key would you keep first, and which next?",
        "Sum the sorted weights as you go; the question is where to stop.",
        "A key is needed as long as those before it do not suffice, itself not counted.",
    ),
    placeholder='''
def fewest_keys(weights, share):
    """One for each key (key,) that is kept, else zero, in the dtype of the weights (key,)."""
    return torch.full_like(weights, float("nan"))
''',
    laws=(ones_and_zeros, one_spike, covers, no_fewer, any_order, the_largest),
    variants={"n_keys": (7, 11, 16)},
    library={},
)
