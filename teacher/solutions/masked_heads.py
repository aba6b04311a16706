r"""Clean the keys before anything is computed from them: zero times NaN is NaN, so a product with
the mask is not enough. Scores of cleaned keys are zero, rectified zeros stay zero, and the cleaned
value is zero as well. Divide by the number of keys that count, or by one where none does.
"""

import torch


def masked_readouts(matrices, queries, keys, mask):
    clean = keys.masked_fill(~mask[..., None], 0.0)
    scores = torch.einsum("sd,hde,ske->shk", queries, matrices, clean).relu()
    total = torch.einsum("shk,ske->she", scores, clean)
    return total / mask.sum(-1).clamp(min=1)[:, None, None]
