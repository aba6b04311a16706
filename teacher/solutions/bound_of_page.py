r"""A page's keys lie in a box, and a score is a sum over directions that do not disturb each other.
Each term is largest at one end of its side: the highest entry where the query is positive, the
lowest where it is negative. The corner that has all of these ends is in the box, so that no smaller
number holds for every page with these two vectors. It need not be a key: the bound is loose.
"""

import torch


def bound_pages(query, lows, highs):
    return torch.maximum(query * lows, query * highs).sum(-1) / len(query) ** 0.5
