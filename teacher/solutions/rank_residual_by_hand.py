r"""The token nearest to all is their mean, so that what is left is $X - \mathbf 1 \bar x^\top$, and
its share is a ratio of two Frobenius norms. By Pythagoras its square is one minus the share of the
mean. A thousand independent normal tokens have a mean of length $\sqrt{d/1000}$ beside tokens of
length $\sqrt d$, and so $\sqrt{1 - 1/1000}$: almost everything is left.
"""

import torch


def left_over(states):
    apart = states - states.mean(0, keepdim=True)
    return torch.linalg.matrix_norm(apart) / torch.linalg.matrix_norm(states)
