r"""Choose columns row by row, as flags; then each key takes the flag of the column that it lies
in. Only the order of the estimate in a row is used, so that any increasing function of the
weights, such as the scores, gives the same mask: an estimate may be wrong by orders of magnitude
and rank perfectly. The other way round, a small error is enough to lose a key that was just among
the best.
"""

import torch


def keys_of_columns(columns, n, n_columns):
    best = columns.topk(n_columns, -1).indices
    flags = torch.zeros_like(columns).scatter(-1, best, 1.0)
    return flags[:, torch.arange(n) * columns.shape[-1] // n]
