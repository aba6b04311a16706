"""What must be added to inner products for softmax to be a Gaussian kernel?"""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["NORM_TERM"]


def clouds(generator, variant):
    """Queries and keys of all lengths, and a bandwidth."""
    for n_keys in (1, 2, variant["n_keys"]):
        queries = torch.randn(2, 3, generator=generator, dtype=torch.float64)
        keys = torch.randn(n_keys, 3, generator=generator, dtype=torch.float64)
        bandwidth = 0.5 + torch.rand((), generator=generator).item()
        yield {"queries": queries, "keys": keys, "bandwidth": bandwidth}


def _rows(answer, queries, keys, bandwidth):
    return (queries @ keys.mT / bandwidth + answer(keys.clone(), bandwidth)).softmax(-1)


@law("on a sphere", "Keys of one length all get the same bias.", cases=clouds)
def on_a_sphere(answer, queries, keys, bandwidth):
    bias = answer(torch.nn.functional.normalize(keys, dim=-1), bandwidth)
    return compare.against(bias - bias[:1], torch.zeros(len(keys)), what="the biases' differences")


@law("far keys", "A key far from every query gets next to no weight.", cases=clouds)
def far_keys(answer, queries, keys, bandwidth):
    far = torch.cat([keys, 30 * queries.mean(0, keepdim=True).abs() + 30])
    weight = _rows(answer, queries, far, bandwidth)[:, -1]
    return compare.at_most(weight, 1e-6, what="the weight of the far key")


@law("moved together", "Queries and keys moved together keep their weights.", cases=clouds)
def moved_together(answer, queries, keys, bandwidth):
    here = _rows(answer, queries, keys, bandwidth)
    there = _rows(answer, queries + 0.7, keys + 0.7, bandwidth)
    return compare.against(there, here, what="the weights after the move")


@law("the kernel's weights", "Weights are the shares of exp(-|q - k|²/2h).", cases=clouds)
def the_kernel_s_weights(answer, queries, keys, bandwidth):
    kernel = (-torch.cdist(queries, keys).square() / (2 * bandwidth)).exp()
    wanted = kernel / kernel.sum(-1, keepdim=True)
    return compare.against(_rows(answer, queries, keys, bandwidth), wanted, what="the weights")


NORM_TERM = Task(
    name="norm-term",
    title="The term that attention leaves in",
    kind="derive",
    difficulty=1,
    minutes=20,
    statement=r"""
Attention takes softmax of $q \cdot k / h$. A Gaussian kernel takes shares of
$\exp(-\lVert q - k \rVert^2/2h)$. Write `missing_bias(keys, bandwidth)`, one number for each of
{n_keys} keys, say, to be added to the scores such that softmax gives the kernel's shares, without
anything of attnkit. Why does the length of the query not matter? Which keys have too much without?
""",
    hints=(
        "Multiply the squared distance out, and look at its three terms.",
        "Softmax does not see what is the same for all keys of a row.",
        "One term is there already, one is the query's own; the third belongs to the key.",
    ),
    placeholder='''
def missing_bias(keys, bandwidth):
    """Bias (key,) of keys (key, feature), to be added to the scores q . k / bandwidth."""
    return torch.full(keys.shape[:1], float("nan"), dtype=keys.dtype)
''',
    laws=(on_a_sphere, far_keys, moved_together, the_kernel_s_weights),
    variants={"n_keys": (5, 7, 11)},
    library={},
)
