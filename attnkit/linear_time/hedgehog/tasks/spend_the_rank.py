"""Give every token as much of itself as its features allow."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["SPEND_THE_RANK"]


def _sizes(generator, variant):
    """As many features as tokens, one, and numbers in between that divide and do not."""
    for n_tokens, n_features in ((3, 3), (5, 1), (variant["n_tokens"], 4), (12, 4), (13, 12)):
        yield {"n_tokens": n_tokens, "n_features": n_features}


@law("a table", "There is one row for each token and one column for each feature.", cases=_sizes)
def _table(answer, *, n_tokens, n_features):
    shape = torch.tensor(answer(n_tokens, n_features).shape)
    return compare.against(shape, torch.tensor([n_tokens, n_features]), what="the shape")


@law("not negative", "No feature is negative.", cases=_sizes)
def _positive(answer, *, n_tokens, n_features):
    features = answer(n_tokens, n_features)
    return compare.at_least(features, torch.zeros_like(features), what="the features")


@law(
    "every row reads",
    "The products of each token with all of them have a positive sum.",
    cases=_sizes,
)
def _reads(answer, *, n_tokens, n_features):
    features = answer(n_tokens, n_features).double()
    total = (features @ features.mT).sum(-1)
    alive = (total > 0).double()
    return compare.against(alive, torch.ones_like(alive), what="what reads of the rows")


@law("all of it", "The mean weight that tokens give themselves is at its bound.", cases=_sizes)
def _all_of_it(answer, *, n_tokens, n_features):
    features = answer(n_tokens, n_features).double()
    products = features @ features.mT
    own = products.diagonal() / products.sum(-1)
    return compare.against(
        own.sum(), float(n_features), what="the sum of the weights on themselves"
    )


SPEND_THE_RANK = Task(
    name="spend-the-rank",
    title="Spend the rank",
    kind="implement",
    difficulty=2,
    minutes=30,
    statement=r"""
Rows made of $r$ features that see every key are a matrix of rank $r$ at most, and they sum to one.
(1) Show that of $n$ tokens, each of which ought to look at itself alone, the mean weight on itself
cannot exceed $r/n$. (2) Write `own_features(n_tokens, n_features)`, features (token, feature) that
are not negative, the same for queries and keys, with which the mean *is* $r/n$, for any
$r \le n$. Without anything of attnkit. Look at the rows for {n_tokens} tokens and 4 features: which
keys share a row's weight?
""",
    hints=(
        "The trace is the sum of the eigenvalues: how many of them are not zero, and how large?",
        "Equality wants every eigenvalue that is not zero to be one, as in a projection.",
        "Let each token belong to one group of tokens, and share weight with its group alone.",
    ),
    placeholder='''
def own_features(n_tokens, n_features):
    """Features (token, feature), not negative, of tokens that look at themselves."""
    return torch.full((n_tokens, n_features), float("nan"), dtype=torch.float64)
''',
    laws=(_table, _positive, _reads, _all_of_it),
    library={},
    variants={"n_tokens": (7, 10, 11)},
)
