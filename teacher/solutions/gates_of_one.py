r"""A softmax over n heads has the mean 1/n, so that n times it has the mean one; for the chosen
heads the softmax runs over the chosen alone, which a score of minus infinity for all others says,
and is multiplied by how many there are. Dividing by the sum over all routed heads would make the
gates small whenever the router is unsure, and a token would hear less of everything.
"""

import torch


def gates_of(shared, routed, n_active):
    always = shared.shape[-1] * shared.softmax(-1)
    best = routed.topk(n_active, -1).indices
    chosen = torch.full_like(routed, float("-inf")).scatter(-1, best, routed.gather(-1, best))
    return torch.cat([always, n_active * chosen.softmax(-1)], -1)
