r"""Sparsemax with $k$ equal best scores far above the rest has entropy $\log k$ and effective
number $k$. Softmax with one leader and equal followers has an entropy that falls steadily with the
leader's score, so halving finds the score at which it is $\log k$ too. At that point about half of
the weight sits on one key, and the effective number is near four, however large the crowd: entropy
counts many traces, the sum of squares does not see them.
"""

import torch

from attnkit import softmax
from attnkit.diagnostics import entropy


def rows_of_one_entropy(n_keys):
    even = n_keys // 4
    for_sparsemax = torch.full((n_keys,), -10.0, dtype=torch.float64)
    for_sparsemax[:even] = 0.0
    low, high = 0.0, 20.0
    for _ in range(80):
        leader = torch.zeros(n_keys, dtype=torch.float64)
        leader[0] = (low + high) / 2
        if entropy(softmax(leader)) > torch.tensor(float(even), dtype=torch.float64).log():
            low = (low + high) / 2
        else:
            high = (low + high) / 2
    return leader, for_sparsemax
