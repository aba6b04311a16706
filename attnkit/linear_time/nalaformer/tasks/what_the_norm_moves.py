"""How a row of NaLaFormer moves with the norm of its query."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.linear_time.nalaformer.features import nala_weights

__all__ = ["WHAT_THE_NORM_MOVES"]


def _rows(generator, variant):
    """One key and many; short queries and long ones, none with a coordinate of zero."""
    for n_keys, width, norm in (
        (1, 2, 0.7),
        (3, 4, 1.5),
        (variant["n_keys"], variant["width"], 0.4),
    ):
        query = torch.randn(width, generator=generator, dtype=torch.float64)
        keys = torch.randn(n_keys, width, generator=generator, dtype=torch.float64)
        keys[0] = query  # so that some key shares a sign
        yield {"query": norm * query / query.norm(), "keys": keys}


@law("sum of zero", "What some keys gain the others lose.", cases=_rows)
def _sum(answer, *, query, keys):
    total = answer(query, keys).sum()
    return compare.against(total, torch.zeros_like(total), what="the sum of the slopes")


@law("at the end", "Where tanh has reached its end the norm moves nothing.", cases=_rows)
def _end(answer, *, query, keys):
    slopes = answer(query * (30 / query.norm()), keys)
    return compare.against(slopes, torch.zeros_like(slopes), what="the slopes of a long query")


@law("scaled keys", "Keys that are all twice as long have the same slopes.", cases=_rows)
def _scaled(answer, *, query, keys):
    one, two = answer(query, keys), answer(query, 2 * keys)
    return compare.against(two, one, what="the slopes for longer keys")


@law("a small step", "It is what a small step of the norm does to the weights.", cases=_rows)
def _step(answer, *, query, keys):
    unit, norm, step = query / query.norm(), query.norm(), 1e-5
    longer, shorter = (nala_weights(r * unit[None], keys)[0] for r in (norm + step, norm - step))
    wanted = (longer - shorter) / (2 * step)
    return compare.against(answer(query, keys), wanted, what="the slopes")


@law("every digit", "It is the derivative itself, which no finite step is.", cases=_rows)
def _digits(answer, *, query, keys):
    with torch.enable_grad():
        norm = query.norm().requires_grad_()
        weights = nala_weights((norm * (query / query.norm()))[None], keys)[0]
        wanted = [torch.autograd.grad(w, norm, retain_graph=True)[0] for w in weights]
    made = answer(query, keys)
    return compare.against(made, torch.stack(wanted), what="the slopes", tolerance=1e-13)


WHAT_THE_NORM_MOVES = Task(
    name="what-the-norm-moves",
    title="What does the norm move?",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
A query $q = r\,u$ of norm $r$ and direction $u$ gives key $j$ the weight
$w_j = a_j / \sum_l a_l$ with

$$
a_j = \sum_{{i:\, u_i k_{{ji}} > 0}} |u_i|^p\, |k_{{ji}}|^3, \qquad
p = 3\left(\tfrac12 + \tanh r\right).
$$

The direction is fixed; how fast does each weight move with the norm? Write
`row_slopes(query, keys)`, the derivatives $dw_j/dr$ (key,) for a query (feature,) and keys (key,
feature), by hand: without anything of attnkit, without autograd and without a finite step. No
coordinate of the query is zero. Try {n_keys} keys of width {width}: at which norm do the slopes
become too small to see?
""",
    hints=(
        "The norm enters through one number alone; what does that number do to each power?",
        "A power's derivative by its exponent brings a logarithm of the base, which is below zero.",
        "The weights are a quotient: beside each key's own change stands the change of the sum.",
    ),
    placeholder='''
def row_slopes(query, keys):
    """How fast each weight (key,) moves with the norm of the query."""
    return torch.full((len(keys),), float("nan"), dtype=keys.dtype)
''',
    laws=(_sum, _end, _scaled, _step, _digits),
    library={},
    autograd=False,
    variants={"n_keys": (12, 20, 30), "width": (4, 5, 8)},
)
