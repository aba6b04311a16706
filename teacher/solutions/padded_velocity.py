r"""At a padded token nothing may happen at all: no push, no decay of the velocity, no forgetting,
and no move of the memory by the velocity. Zero keys and a rate of zero see to the push alone.
Setting $\eta = 1$ there keeps the velocity but lets it go on pushing the memory, and $\eta = 0$
stops it for good. The clean way is to compute the step and to take it only where the token counts,
which is what `torch.where` and an `if` do and a product with zero does not: zero times NaN is NaN.

In a batch the same thing has to be done per row, and in a chunk it is a row of the decay matrix.
"""

import torch


def final_state(keys, values, counts, rate, momentum, forgetting):
    """Steps of the tokens that count."""
    memory = values.new_zeros(keys.shape[-1], values.shape[-1])
    velocity = torch.zeros_like(memory)
    for key, value, here in zip(keys, values, counts.tolist(), strict=True):
        if here:
            velocity = momentum * velocity + rate * torch.outer(key, value - key @ memory)
            memory = (1 - forgetting) * memory + velocity
    return torch.stack([memory, velocity])
