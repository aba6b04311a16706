r"""Gains of zero sum over $H$ heads live in $H-1$ dimensions, so the matrices that the heads hand
out span at most $H-1$ dimensions, and any $H-1$ can be had. So the count is one plus the dimension
of the *span* of the $P_t$, each taken as one long vector: not the number of tasks, and not the
rank of any single matrix. Equal tasks need two heads however many there are.
"""

import torch


def heads_needed(preconditioners):
    """One more than the dimension of the span."""
    rows = preconditioners.flatten(1)
    return 1 + int(torch.linalg.matrix_rank(rows, rtol=1e-6))
