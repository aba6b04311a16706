r"""A place has the likelihood ratio $\exp(\sqrt\nu \langle k, x_l\rangle - \nu |k|^2/2)$ against a
row without a mark. With the prior odds $(1 - \rho)/L$ to $\rho$ there is one logit for each token
and one for silence, whose content is 0. It is a softmax with a sink, the sigmoid of a single head:
the constant $\nu |k|^2/2$, which a softmax never sees, now decides how sure a head must be before
it speaks.
"""

import math

import torch


def guess_or_be_silent(tokens, key, value, signal, absent):
    if absent >= 1:
        return torch.zeros((), dtype=tokens.dtype)
    ratios = math.sqrt(signal) * (tokens @ key) - signal * (key @ key) / 2
    places = ratios + math.log((1 - absent) / len(tokens))
    silence = torch.tensor([absent], dtype=tokens.dtype).log()
    return torch.cat([places, silence]).softmax(-1)[:-1] @ (tokens @ value)
