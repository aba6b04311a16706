r"""On the support $p_i^{\alpha-1} = (\alpha-1)(z_i - \tau)$. Differentiate:
$p_i^{\alpha-2}\,dp_i = dz_i - d\tau$, so with $s_i = p_i^{2-\alpha}$ on the support and zero
elsewhere, $dp_i = s_i (dz_i - d\tau)$. The $dp_i$ sum to zero, hence
$d\tau = \sum_i s_i dz_i / \sum_i s_i$ and $J = \operatorname{diag}(s) - s s^\top / \sum_i s_i$:
the covariance under the escort density $s / \sum s$, times $\sum s$. At $\alpha = 1$, $s = p$ and
softmax's own rule is back; at $\alpha = 2$, $s$ is the indicator of the support.

Usual errors: softmax's rule used throughout; $0^0 = 1$ at $\alpha = 2$, which lets keys without
weight in; the sum of $s$ left out, which is right at $\alpha = 1$ only.
"""

import torch


def backward(weights, upstream, alpha):
    supported = weights > 0
    escort = torch.where(supported, weights.where(supported, 1.0) ** (2 - alpha), 0.0)
    mean_pull = (escort * upstream).sum() / escort.sum()
    return escort * (upstream - mean_pull)
