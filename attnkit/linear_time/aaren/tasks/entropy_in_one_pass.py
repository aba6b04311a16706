"""The entropy of a softmax row, merged from its parts."""

import math

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["ENTROPY_IN_ONE_PASS"]


def _told(scores):
    """Largest score, sum of exponentials, and the third sum, of a part."""
    largest = scores.amax()
    above = scores - largest
    return torch.stack([largest, above.exp().sum(), (above * above.exp()).sum()])


def _pairs(generator, variant):
    for n, gap in ((2, 0.0), (5, 3.0), (variant["n_keys"], -7.0)):
        drawn = torch.randn(2, n, generator=generator, dtype=torch.float64)
        yield {"one": drawn[0], "other": drawn[1, : n - 1] + gap}


@law("either order", "Two parts merge to the same, whichever comes first.", cases=_pairs)
def _order(answer, *, one, other):
    made, again = answer(_told(one), _told(other)), answer(_told(other), _told(one))
    return compare.against(again, made, what="the triple in the other order")


@law(
    "the part of no key",
    "A part of no key, (−∞, 0, 0), changes nothing, on either side, not even another such part.",
    cases=_pairs,
)
def _nothing(answer, *, one, other):
    nothing = torch.tensor([-math.inf, 0.0, 0.0], dtype=one.dtype)
    if sentence := compare.against(answer(_told(one), nothing), _told(one), what="the triple"):
        return sentence
    if sentence := compare.against(answer(nothing, _told(one)), _told(one), what="the triple"):
        return f"with the part of no key first, {sentence}"
    both = compare.against(answer(nothing, nothing), nothing, what="the triple")
    return both and f"where neither part has a key, {both}"


@law("the softmax sum", "The second number is the sum of exponentials of both.", cases=_pairs)
def _weight(answer, *, one, other):
    wanted = _told(torch.cat([one, other]))
    made = answer(_told(one), _told(other))
    return compare.against(made[:2], wanted[:2], what="the first two numbers")


@law("the entropy", "log u − t/u is the entropy of the whole row's weights.", cases=_pairs)
def _entropy(answer, *, one, other):
    _, weight, third = answer(_told(one), _told(other))
    logarithm = torch.cat([one, other]).log_softmax(0)
    wanted = -(logarithm.exp() * logarithm).sum()
    return compare.against(weight.log() - third / weight, wanted, what="the entropy")


ENTROPY_IN_ONE_PASS = Task(
    name="entropy-in-one-pass",
    title="The entropy too, and no second look",
    kind="implement",
    difficulty=3,
    minutes=30,
    statement=r"""
The entropy of $p = \mathrm{{softmax}}(s)$ wants the sum of $s_j e^{{s_j - m}}$ beside that of
$e^{{s_j - m}}$. So that {n_keys} scores are looked at once, each part of the row keeps $m = \max_j
s_j$, $u = \sum_j e^{{s_j - m}}$ and $t = \sum_j (s_j - m)\,e^{{s_j - m}}$, and the entropy is
$\log u - t/u$. Write `merge_with_entropy(one, other)`: each is a tensor of the three numbers $(m,
u, t)$ of a part, and so is what you return, of both parts together. The part of no key is
$(-\infty, 0, 0)$; either part may be that, or both. Do it without anything of attnkit. What does
$t$ need that $u$ does not?
""",
    hints=(
        "Write the third sum of one part relative to the merged maximum: two things in it change.",
        "The exponential changes by a factor, as in the second sum. The difference before it "
        "changes by a summand, the same for all keys of the part.",
        "That summand, times the part's own second sum, joins the third. And minus infinity times "
        "zero must not be computed.",
    ),
    placeholder='''
def merge_with_entropy(one, other):
    """(m, u, t) of two parts together, from (m, u, t) of each."""
    return torch.full_like(one, float("nan"))
''',
    laws=(_order, _nothing, _weight, _entropy),
    library={},
    variants={"n_keys": (20, 33, 50)},
)
