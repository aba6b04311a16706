r"""Append the constant to all tokens. A pair of keys contributes $\langle k_i,k'_j\rangle\,s_i
s'_j\,\kappa(\cos(q,q')\cos(k_i,k'_j))$ with deviations $s_i = \tfrac12|q||k_i|$ and $\kappa$ the
arc-cosine kernel; the mean over all pairs is the kernel.

Usual errors: two arc-cosines, one of the queries and one of the keys, multiplied; the constant
left out of the lengths; the factor of the values, $\langle k_i,k'_j\rangle$, forgotten; a sum
where a mean stands.
"""

import torch

from attnkit.random_features import arc_cosine


def head_kernel(query, keys, other_query, other_keys):
    one = torch.ones(1, dtype=query.dtype)
    q, r = torch.cat([query, one]), torch.cat([other_query, one])
    total = 0.0
    for key in keys:
        for other in other_keys:
            k, j = torch.cat([key, one]), torch.cat([other, one])
            lengths = q.norm() * k.norm() * r.norm() * j.norm()
            total += (k @ j) * lengths / 4 * arc_cosine((q @ r) * (k @ j) / lengths)
    return total / (len(keys) * len(other_keys))
