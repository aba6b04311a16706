r"""Scores of all places so far are equal, so that their weights are, and those of later places lie
lower by so much that $e^{-100}$ is nothing beside one: no mask is needed, only a finite difference.
Row $i$ then has $i + 1$ weights of $1/(i + 1)$. The table never sees a value, so that the read is
linear in the values, and numbers a thousand times as large are read as well.
"""

import torch


def running_mean_scores(n_places):
    return 100.0 * torch.ones(n_places, n_places, dtype=torch.float64).tril()
