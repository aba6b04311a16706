r"""The first layer's map has one bright column, from the separator on, and the weight that a token
gives to it is its tag. The separator sees itself and is tagged as well; its score in the second
layer is therefore about $\kappa - 2\kappa = -\kappa$, as far below the untagged tokens as those
are below the tagged ones, and with a minus one it would stand beside the untagged.
"""

import torch


def release(contents, separators, sharpness):
    n, marks = len(contents), separators.to(contents.dtype)
    hidden = torch.ones(n, n, dtype=torch.bool).triu(1)
    first = (sharpness * marks).expand(n, n).masked_fill(hidden, -torch.inf).softmax(-1)
    tags = first @ marks
    scores = sharpness * (tags - 2 * marks)
    second = scores.expand(n, n).masked_fill(hidden, -torch.inf).softmax(-1)
    return second @ contents
