"""Answers to "masked-heads": sample by sample, and five slips."""

import torch


def right(matrices, queries, keys, mask):
    """Loop over samples, keep only the keys that count."""
    rows = []
    for query, its_keys, its_mask in zip(queries, keys, mask, strict=True):
        kept = its_keys[its_mask]
        scores = torch.stack([kept @ (matrix.mT @ query) for matrix in matrices]).clamp(min=0)
        rows.append(scores @ kept / max(len(kept), 1))
    return torch.stack(rows)


def _scores(matrices, queries, keys):
    return torch.einsum("sd,hde,ske->shk", queries, matrices, keys)


def multiplied_by_the_mask(matrices, queries, keys, mask):
    scores = _scores(matrices, queries, keys).relu() * mask[:, None]
    counts = mask.sum(-1).clamp(min=1)[:, None, None]
    return scores @ (keys * mask[..., None]) / counts


def mask_forgotten(matrices, queries, keys, mask):
    return _scores(matrices, queries, keys).relu() @ keys / keys.shape[1]


def divided_by_the_padded_length(matrices, queries, keys, mask):
    clean = keys.masked_fill(~mask[..., None], 0.0)
    return _scores(matrices, queries, clean).relu() @ clean / keys.shape[1]


def nothing_over_nothing(matrices, queries, keys, mask):
    clean = keys.masked_fill(~mask[..., None], 0.0)
    return _scores(matrices, queries, clean).relu() @ clean / mask.sum(-1)[:, None, None]


def softmax_heads(matrices, queries, keys, mask):
    clean = keys.masked_fill(~mask[..., None], 0.0)
    scores = _scores(matrices, queries, clean).masked_fill(~mask[:, None], -1e30)
    return scores.softmax(-1) @ clean


def not_rectified(matrices, queries, keys, mask):
    clean = keys.masked_fill(~mask[..., None], 0.0)
    counts = mask.sum(-1).clamp(min=1)[:, None, None]
    return _scores(matrices, queries, clean) @ clean / counts


def transposed_matrices(matrices, queries, keys, mask):
    return right(matrices.mT, queries, keys, mask)


WRONG = {
    "padding is not read": [multiplied_by_the_mask, mask_forgotten],
    "longer padding": [divided_by_the_padded_length],
    "empty set": [nothing_over_nothing],
    "layer": [softmax_heads, not_rectified, transposed_matrices],
}
