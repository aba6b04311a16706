"""The kernel of infinitely many frozen heads, for one pair of samples."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.random_features.attention import RandomFeatureAttention
from attnkit.random_features.limit_kernels import attention_kernel
from attnkit.random_features.tasks.samples import gaussian

__all__ = ["INFINITE_HEAD_KERNEL"]

N_HEADS = 4000


def two_samples(generator, variant):
    """Two samples with different numbers of keys, from one key upwards."""
    for width, n_keys, n_others in ((2, 1, 1), (2, 2, 3), (variant["width"], variant["n_keys"], 2)):
        yield {
            "query": gaussian(generator, width),
            "keys": gaussian(generator, n_keys, width),
            "other_query": gaussian(generator, width),
            "other_keys": gaussian(generator, n_others, width),
        }


@law("order of the keys", "The order of the keys does not matter.", cases=two_samples)
def order(answer, query, keys, other_query, other_keys):
    given = answer(query, keys, other_query, other_keys)
    if not compare.agree(answer(query, keys.flip(0), other_query, other_keys), given):
        return "the value changes when the first sample's keys are reversed"
    return None


@law(
    "an average",
    "A sample in which every key occurs twice is the same to the layer.",
    cases=two_samples,
)
def an_average(answer, query, keys, other_query, other_keys):
    given = answer(query, keys, other_query, other_keys)
    doubled = answer(query, keys.repeat(2, 1), other_query, other_keys)
    if compare.agree(doubled, given):
        return None
    return f"the value gets {'larger' if abs(doubled) > abs(given) else 'smaller'} by doubling keys"


@law("heads agree", "A few thousand random heads come close to it.", cases=two_samples)
def heads_agree(answer, query, keys, other_query, other_keys):
    model = RandomFeatureAttention(N_HEADS, generator=torch.Generator().manual_seed(1))
    sides = ((query, keys), (other_query, other_keys))
    first, second = (
        model.features(side[0][None], side[1][None]).reshape(N_HEADS, -1) for side in sides
    )
    products = N_HEADS * (first * second).sum(-1)
    reach = 5 * float(products.std()) / N_HEADS**0.5
    gap = answer(query, keys, other_query, other_keys) - float(products.mean())
    if abs(gap) > reach:
        return f"your value is too {'large' if gap > 0 else 'small'} for {N_HEADS} drawn heads"
    return None


@law("exact", "It is the limit itself, not an estimate of it.", cases=two_samples)
def exact(answer, query, keys, other_query, other_keys):
    first, second = (query[None], keys[None]), (other_query[None], other_keys[None])
    wanted = attention_kernel(first, second).item()
    found = answer(query, keys, other_query, other_keys)
    return compare.against(found, wanted, what="the kernel", tolerance=1e-8)


INFINITE_HEAD_KERNEL = Task(
    name="infinite-head-kernel",
    title="Infinitely many heads in ten lines",
    kind="implement",
    difficulty=3,
    minutes=40,
    statement=r"""
Write `head_kernel(query, keys, other_query, other_keys)`: the inner product $K(X, X')$ of the
features that infinitely many unbiased ReLU heads give to two samples. A sample is a query of shape
`(feature,)` and keys of shape `(key, feature)`, float64, **without** the constant, which you must
append; the samples need not have equally many keys. The entries of the query-key matrices have
deviation $\tfrac12$. Draw no heads: the value must be right to eight digits, for samples in
{width} dimensions with up to {n_keys} keys.
""",
    hints=(
        "The kernel is a double sum over pairs of keys, one from each sample. What does one pair "
        "contribute, and what stands in front?",
        "For one pair of keys you need three things: how alike the values are, how large both "
        "scores are, and how correlated. The last is a product of two cosines.",
        "`attnkit.random_features.arc_cosine` turns the correlation into the mean product of "
        "two rectified unit Gaussians. What remains are lengths of tokens, with their constant, "
        "and the deviation of the entries, each as often as it occurs.",
    ),
    placeholder='''
def head_kernel(query, keys, other_query, other_keys):
    """K(X, X') of two samples: queries (feature,), keys (key, feature), as a number."""
    return float("nan")
''',
    laws=(order, an_average, heads_agree, exact),
    variants={"width": (3, 4, 6), "n_keys": (5, 7, 11)},
)
