"""Charge causal rows for an entropy outside a band, and leave the others alone."""

import math

import torch

from attnkit.concentration.entropy_guided.band import band_penalty
from attnkit.coursework import Task, compare, law

__all__ = ["INSIDE_THE_BAND"]


def causal_rows(generator, variant, spread=2.0):
    """Causal weights of sequences from one token on."""
    for n in (1, 2, variant["n_tokens"]):
        scores = spread * torch.randn(n, n, generator=generator, dtype=torch.float64)
        ahead = torch.ones(n, n, dtype=torch.bool).triu(1)
        yield {"weights": scores.masked_fill(ahead, -math.inf).softmax(-1)}


def with_targets(generator, variant):
    """The same with a target and a tolerance."""
    for case in causal_rows(generator, variant):
        yield case | {"target": 0.4 + 0.3 * torch.rand((), generator=generator).item()}


def sharp_rows(generator, variant):
    """Rows far sharper than any target."""
    return causal_rows(generator, variant, spread=40.0)


@law("no target missed", "Within a tolerance of one nothing is charged.", cases=with_targets)
def no_target_missed(answer, weights, target):
    return compare.against(answer(weights, target, 1.0), 0.0, what="the penalty")


@law("one key", "A row that sees one key costs nothing, whatever the target.", cases=with_targets)
def one_key(answer, weights, target):
    return compare.against(answer(weights[:1], target, 0.0), 0.0, what="the penalty")


@law("finite slopes", "A weight of zero does not spoil the gradient.", cases=sharp_rows)
def finite_slopes(answer, weights):
    leaf = weights.clone().requires_grad_()
    slope = compare.gradient(answer(leaf, 0.5, 0.2), leaf)
    return None if bool(slope.isfinite().all()) else "the slope is not finite everywhere"


def edges(generator, variant):
    """Two tokens, the second with an entropy a little outside the band."""
    for share in (0.1, 0.3, 0.7):
        entropy = (-share * math.log(share) - (1 - share) * math.log(1 - share)) / math.log(2)
        rows = torch.tensor([[1.0, 0.0], [share, 1 - share]], dtype=torch.float64)
        yield {"weights": rows, "target": entropy + 0.1, "tolerance": 0.1 - 1e-9}
        yield {"weights": rows, "target": entropy - 0.1, "tolerance": 0.1 - 1e-9}


@law("no jump", "At the edge of the band the penalty begins at zero, on both sides.", cases=edges)
def no_jump(answer, weights, target, tolerance):
    return compare.against(answer(weights, target, tolerance), 0.0, what="the penalty at the edge")


@law("row by row", "The mean over the rows, each by its own number of keys.", cases=with_targets)
def row_by_row(answer, weights, target):
    n = len(weights)
    mask = torch.ones(n, n, dtype=torch.bool).tril()
    wanted = band_penalty(weights[None], torch.tensor([target]).double(), 0.1, mask=mask)
    return compare.against(answer(weights, target, 0.1), wanted[0], what="the penalty")


INSIDE_THE_BAND = Task(
    name="inside-the-band",
    title="Charge a head for leaving a band",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Write `charge(weights, target, tolerance)` for one causal head, without anything of attnkit: the
mean over its rows of $[\,\lvert H_q - \theta \log n_q\rvert - \epsilon \log n_q\,]_+^2$, where row
$q$ (from zero) sees $n_q = q + 1$ keys. Weights ahead of a row are zero, and others may round to
zero: the gradient has to stay finite. It is held to {n_tokens} tokens.
""",
    hints=(
        "What is the largest entropy of the first row, and of the second?",
        "A weight of zero adds nothing, and has no slope: choose the weights before the logarithm.",
        "Take deviations and half-widths as two vectors over the rows; clamp their difference.",
    ),
    placeholder='''
def charge(weights, target, tolerance):
    """Mean penalty of a causal head with weights (query, key)."""
    return torch.full((), float("nan"), dtype=weights.dtype)
''',
    laws=(no_target_missed, one_key, finite_slopes, no_jump, row_by_row),
    variants={"n_tokens": (11, 13, 17)},
    library={},
)
