r"""Two conditions: $\sum_h\mu_h^tKQ_h=P_t$ and $\sum_h\mu_h^t=0$. Give each task a head with
$KQ_t=P_t$ and gain one. The sums are one; a last head with $KQ=0$ and gain $-1$ for every task
brings them to zero and contributes nothing to the matrices: it is a flat head that subtracts the
mean label.

In superposition: take any gains $\mu$ (N rows of zero sum, rank N), say of random normals with
their mean taken off, and solve $\mu\,KQ=P$. The solution is free up to a matrix added to all heads
alike, which the zero sums cancel. Here every head serves every task. (Nothing singles out the
first solution except that it is easy to describe; training finds the second kind.)
"""

import torch


def share_heads(preconditioners):
    """One head a task, and one that subtracts the mean label for all."""
    n_tasks = len(preconditioners)
    flat = torch.zeros_like(preconditioners[:1])
    ones = torch.ones(n_tasks, 1, dtype=torch.float64)
    gains = torch.cat([torch.eye(n_tasks, dtype=torch.float64), -ones], -1)
    return torch.cat([preconditioners, flat]), gains
