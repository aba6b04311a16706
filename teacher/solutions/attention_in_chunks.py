r"""Within a chunk, $O = QS + (QK^\top\circ M)\,V$ with a lower-triangular mask *including* the
diagonal, because a token reads its own write; then $S\leftarrow S+K^\top V$. Reading before the
state is updated is essential: otherwise the chunk's own pairs are heard twice and the future is
heard once. `split` gives a short last chunk by itself.
"""

import torch


def chunked_attention(queries, keys, values, chunk_size):
    """Read the state, add what the chunk itself has written so far, then write the chunk."""
    state = values.new_zeros(keys.shape[-1], values.shape[-1])
    reads = []
    chunks = (each.split(chunk_size) for each in (queries, keys, values))
    for query, key, value in zip(*chunks, strict=True):
        reads.append(query @ state + (query @ key.mT).tril() @ value)
        state = state + key.mT @ value
    return torch.cat(reads)
