r"""Sort the weights. A key is needed as long as the keys before it, without itself, have less
than the share: that is the running sum less the key's own weight. With "running sum at most the
share" the set stops one key short of it, and a row whose best key alone has more than the share
keeps nothing at all. No smaller set does it, for of as many keys none have more weight than the
largest.
"""

import torch


def fewest_keys(weights, share):
    rows, order = weights.sort(descending=True)
    needed = (rows.cumsum(0) - rows < share).to(rows.dtype)
    return torch.zeros_like(rows).scatter(0, order, needed)
