r"""The plain average is a matrix $U$ whose rows sum to one: equal tokens stay equal, which is
eigenvalue one. Differences are combinations of the other eigenvectors, and after many layers
only the largest of these is left, so that the rate is the second largest modulus. A causal $U$
is triangular, with $1, \tfrac12, \tfrac13, \dots$ on its diagonal: its rate is one half,
however long the row.
"""

import torch


def rate(mask):
    average = mask.double() / mask.sum(-1, keepdim=True)
    moduli = torch.linalg.eigvals(average).abs().sort(descending=True).values
    return moduli[1].item()
