r"""Match at $\pm\omega$ and read the label with $\pm\mu$. The gains sum to zero, so the flat part
of softmax and all labels that are alike cancel. The product $\sum_h\omega_h\mu_h = 2\omega\mu$
must be the rate, so $\mu = \eta/2\omega$. Write $f(\omega)$ for what one head reads; the layer
says $\mu\,(f(\omega) - f(-\omega))$, which keeps the odd orders alone. The first is the step,
the second is gone, the third is of order $\mu\omega^3\sim\omega^2$. That is why training likes
equal $|\omega_h|$: any other zero-sum pair, such as one head and one flat head, is only right
to first order.
"""

import torch


def two_heads(d, rate, scale):
    """A positive and a negative head of equal size."""
    key_query = torch.zeros(2, d + 1, d, dtype=torch.float64)
    output_value = torch.zeros(2, 1, d + 1, dtype=torch.float64)
    for head, sign in enumerate((1, -1)):
        key_query[head, :d] = sign * scale * torch.eye(d, dtype=torch.float64)
        output_value[head, 0, d] = sign * rate / (2 * scale)
    return key_query, output_value
