r"""A number equals its transpose, so that $x^\top W x = x^\top W^\top x$: only the symmetric part
$S$ is seen. The trace of $S$ is the sum of its eigenvalues, the trace of $S^2$ that of their
squares, and for a symmetric matrix the latter is the sum of all squared entries. Both are taken
after the mean has been subtracted from the diagonal, which moves every eigenvalue by the same.
"""

import torch


def mean_and_spread(matrix):
    width = len(matrix)
    symmetric = (matrix + matrix.mT) / 2
    mean = symmetric.trace() / width
    left = symmetric - mean * torch.eye(width, dtype=matrix.dtype)
    return torch.stack([mean, (left.square().sum() / width).sqrt()])
