r"""Number the tokens of a block $1, \dots, B$. The state at its entry has faded $i$ times when
token $i$ reads it; a pair written at $j$ has faded $i - j$ times at $i$ and $B - j$ times at the
exit; the state itself goes through all $B$ tokens. Counting from zero turns these into $i + 1$,
$i - j$ and $B - 1 - j$: each is off by one somewhere in most first attempts, and blocks of one
token tell.

Written as $(\lambda^i q_i)\cdot(\lambda^{-j} k_j)$ the block is one product, and at
$\lambda = 0.001$ it holds $10^{384}$. Powers of differences stay between zero and one."""

import torch


def fading_attention(queries, keys, values, keep, block):
    """Within a block by powers of distances; between blocks by a state that fades."""
    state, reads = keys.new_zeros(keys.shape[1], values.shape[1]), []
    for q, k, v in zip(queries.split(block), keys.split(block), values.split(block), strict=True):
        age = torch.arange(len(k), dtype=keys.dtype)
        powers = (keep ** (age[:, None] - age).clamp_min(0)).tril()
        reads.append(keep ** (age[:, None] + 1) * (q @ state) + ((q @ k.mT) * powers) @ v)
        state = keep ** len(k) * state + (keep ** age.flip(0)[:, None] * k).mT @ v
    return torch.cat(reads)
