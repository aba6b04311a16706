r"""The diagonal is taken out before the softmax, so that the others share all the weight. A token
that is alone has a row of minus infinity, whose softmax is no number and is replaced by zero. With
a residual sum a head can still say "myself" by saying little; without one a token's own value could
never reach its own place, and a text of one word would be lost.
"""

import torch


def read_others(queries, keys, values):
    scores = queries @ keys.mT / queries.shape[-1] ** 0.5
    own = torch.eye(len(values), dtype=torch.bool)
    weights = scores.masked_fill(own, -torch.inf).softmax(-1)
    return weights.masked_fill(own, 0.0) @ values
