r"""With $W = \sum_k \sigma_k u_k v_k^\top$ one step there and back multiplies the part along $u_k$
by $\sigma_k^2$, so the largest wins. The estimate $u^\top W v$ is at most $\sigma_1$, since $u$
and $v$ have length one. Its derivative by $W$, with both vectors held, is $u v^\top$; held at the
leading vectors that is also the derivative of $\sigma_1$ itself, as moving them changes nothing at
first order. In training mode the vectors are found from a detached copy.
"""

import torch


def followed_norm(weight, left):
    with torch.no_grad():
        right = torch.nn.functional.normalize(weight.mT @ left, dim=0)
        new = torch.nn.functional.normalize(weight @ right, dim=0)
    return new @ weight @ right, new
