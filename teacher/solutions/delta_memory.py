r"""Ask first, then write what was missing, then answer:

$$e_t = v_t - S_{t-1}^\top k_t,\qquad S_t = S_{t-1} + b_t\,k_t e_t^\top,\qquad o_t = S_t^\top q_t.$$

A write multiplies the error at its own key by $1-b_t|k_t|^2$: at unit length and rate one nothing
of it is left, which is the law of the newest pair. A repeated cue finds its value there already
and writes nothing. The loop is sequential in appearance only; within a chunk the errors solve one
triangular system.
"""

import torch


def delta_memory(queries, keys, values, rate):
    """Write the error of every token, then read."""
    state = values.new_zeros(keys.shape[-1], values.shape[-1])
    reads = []
    for query, key, value, share in zip(queries, keys, values, rate, strict=True):
        error = value - key @ state
        state = state + share * torch.outer(key, error)
        reads.append(query @ state)
    return torch.stack(reads)
