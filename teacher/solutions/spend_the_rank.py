r"""The matrix $W$ of the rows has rank $r$ at most, since dividing rows by their sums does not
change the rank. So at most $r$ eigenvalues are not zero. None is longer than one, because rows that
are not negative and sum to one average whatever they are applied to. The trace, their sum, is $r$
at most, and the mean weight on itself $r/n$. For any other partner, one for each query, exchange
columns: the rank stays. Equality wants $r$ eigenvalues of one: $r$ groups that do not see each
other, each of which averages over its members. Sizes do not matter, as a group of $m$ tokens has
$m$ entries of $1/m$ on the diagonal.

Common mistakes: the first $r$ tokens have a feature each and the others none (their rows read
nothing), or a constant is added to all features, which lets the groups see each other.
"""

import torch


def own_features(n_tokens, n_features):
    """Tokens take turns."""
    return torch.eye(n_features, dtype=torch.float64)[torch.arange(n_tokens) % n_features]
