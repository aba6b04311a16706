"""Heads over sets of different sizes: what a padded key must not do."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.random_features.features import averaging_weights, relu_head_features
from attnkit.random_features.tasks.samples import gaussian, head_matrices

__all__ = ["MASKED_HEADS"]


def padded_sets(generator, variant):
    """Sets of one to all keys, padded with zeros to one size."""
    for n_samples, n_keys, width in ((1, 2, 2), (3, 5, 3), (7, variant["n_keys"], 4)):
        counts = torch.randint(1, n_keys + 1, (n_samples, 1), generator=generator)
        mask = torch.arange(n_keys) < counts.where(counts < n_keys, n_keys - 1)
        yield {
            "matrices": head_matrices(variant["n_heads"], width, seed=n_keys),
            "queries": gaussian(generator, n_samples, width),
            "keys": gaussian(generator, n_samples, n_keys, width) * mask[..., None],
            "mask": mask,
        }


@law(
    "padding is not read",
    "Whatever stands in a masked place, NaN included, changes nothing.",
    cases=padded_sets,
)
def padding_is_not_read(answer, matrices, queries, keys, mask):
    given = answer(matrices, queries, keys, mask)
    for rubbish in (7.0, float("nan")):
        spoilt = keys.masked_fill(~mask[..., None], rubbish)
        if not compare.agree(answer(matrices, queries, spoilt, mask), given):
            return f"the read-outs change when the masked keys are filled with {rubbish:g}"
    return None


@law("longer padding", "More padding changes nothing.", cases=padded_sets)
def longer_padding(answer, matrices, queries, keys, mask):
    given = answer(matrices, queries, keys, mask)
    longer = torch.cat([keys, torch.zeros_like(keys)], dim=1)
    found = answer(matrices, queries, longer, torch.cat([mask, torch.zeros_like(mask)], dim=1))
    return compare.against(found, given, what="with twice the padding the read-outs")


@law("empty set", "A sample whose keys are all masked reads zero.", cases=padded_sets)
def empty_set(answer, matrices, queries, keys, mask):
    found = answer(matrices, queries, keys, mask & (torch.arange(len(mask))[:, None] > 0))[0]
    return compare.against(found, torch.zeros_like(found), what="the first sample's read-outs")


@law("layer", "It agrees with the features of attnkit's layer.", cases=padded_sets)
def layer(answer, matrices, queries, keys, mask):
    wanted = relu_head_features(matrices, queries, keys, averaging_weights(keys, mask))
    found = answer(matrices, queries, keys, mask)
    return compare.against(found.flatten(1), wanted, what="the read-outs")


MASKED_HEADS = Task(
    name="masked-heads",
    title="Sets of different sizes",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Utterances have different lengths, so a batch of them is padded to {n_keys} frames. Write
`masked_readouts(matrices, queries, keys, mask)`: for every sample and head $\frac{{1}}{{N}} \sum_i
\mathrm{{relu}}(q^\top W_m k_i)\, k_i$ over the $N$ keys of that sample for which the mask is true.
Shapes are `(head, feature, feature)`, `(sample, feature)`, `(sample, key, feature)` and
`(sample, key)`; the result is `(sample, head, feature)`. Masked places may hold anything, and a
sample may have no key at all. The tokens come as they are: append nothing. Do it without a layer of
attnkit.
""",
    hints=(
        "One `einsum` gives the scores of all samples, heads and keys; then mask, average, read.",
        "What is $0 \\cdot \\mathrm{NaN}$? A product with the mask removes a number, not rubbish.",
        "Clean the keys first, with `torch.where` or `masked_fill`. Count the keys that are "
        "left, and decide what to divide by where none is.",
    ),
    placeholder='''
def masked_readouts(matrices, queries, keys, mask):
    """Read-outs (sample, head, feature) of ReLU heads over the keys where the mask is true."""
    shape = (len(queries), len(matrices), keys.shape[-1])
    return torch.full(shape, float("nan"), dtype=torch.float64)
''',
    laws=(padding_is_not_read, longer_padding, empty_set, layer),
    library={},
    variants={"n_keys": (29, 23, 31), "n_heads": (3, 5)},
)
