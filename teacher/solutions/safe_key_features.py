r"""A factor that *all* features of *all* keys share stands in front of every product, and a row's
sum takes it away again. So subtract one number from every exponent, the largest of all: over keys,
over entries, over both signs, that is the largest $|x|$. In a stream one does not know it ahead,
and takes a constant that is large enough, one for a head: the whole state was divided by it.

Common mistakes: to subtract each key's own largest entry, as a softmax does row by row. It is
harmless for a query, whose row is divided by its own sum, but makes a key weigh less the longer it
is. And to subtract a number for each feature: features are summed, so that this is another kernel.
"""

import torch


def safe_key_features(projected):
    """One constant for all keys."""
    signs = torch.cat([projected, -projected], -1)
    return torch.exp(signs - projected.abs().max())
