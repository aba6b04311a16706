r"""The layer averages, so it sees shares only. Two different keys, each in half of the places,
look the same in sets of 4 and of 6. In general the number of different keys must divide both
sizes. To let the layer count, add one key that is marked as such (a start token): its share is one
over the number of keys, and a function of that share is a function of the number. Or leave the
division by $N$ away.
"""

import math

import torch


def sets_alike(n_keys, n_others, width):
    different = math.gcd(n_keys, n_others)
    distinct = torch.eye(max(different, width), dtype=torch.float64)[:different, :width]
    return distinct.repeat(n_keys // different, 1), distinct.repeat(n_others // different, 1)
