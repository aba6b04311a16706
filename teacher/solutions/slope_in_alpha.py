r"""On the support $\log p_i = \frac{1}{\alpha-1}\log[(\alpha-1)(z_i-\tau)]$ with
$(\alpha-1)(z_i-\tau) = p_i^{\alpha-1}$. Differentiating with $\tau$ held still gives
$p_i' = -\frac{p_i\log p_i}{\alpha-1} + \frac{p_i}{(\alpha-1)^2}$, and the threshold takes away a
multiple of $p_i^{2-\alpha}$, the same for all: as much as makes the slopes sum to zero. With the
escort weights $e$, which sum to one, and $h_i = -p_i\log p_i$ the result is
$\frac{p - e}{(\alpha-1)^2} + \frac{h - e\sum h}{\alpha-1}$. Near $\alpha = 1$ two large
terms cancel: a computer gets noise there, which is why attnkit writes the difference as one series.
"""

import torch


def slope_in_alpha(weights, alpha):
    kept = weights > 0
    safe = torch.where(kept, weights, torch.ones_like(weights))
    escort = torch.where(kept, safe ** (2 - alpha), torch.zeros_like(weights))
    escort = escort / escort.sum()
    surprise = -weights * safe.log()
    first = (weights - escort) / (alpha - 1) ** 2
    return first + (surprise - escort * surprise.sum()) / (alpha - 1)
