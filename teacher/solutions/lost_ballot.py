r"""Near zero the flow of each head is $\dot\omega=\mu$, $\dot\mu=\omega$ but for a small term: what
grows is $\omega+\mu$, what dies is $\omega-\mu$. The ballot is the sign of $\omega_h+\mu_h$,
not that of the gain. A head with a slightly negative gain and a larger positive scale turns
positive, like the first one. The two become one head, with the risk of one head.

The statement is true for heads whose scale and gain start with *one* sign each. That is what
`balance_signs` sets up: it flips both.
"""

import torch


def start():
    """Head 2 has a negative gain and a positive ballot."""
    scales = torch.tensor([0.02, 0.04], dtype=torch.float64)
    gains = torch.tensor([0.02, -0.01], dtype=torch.float64)
    return scales, gains
