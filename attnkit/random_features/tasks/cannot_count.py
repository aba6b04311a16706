"""What a layer that averages can never know about a set."""

import torch

from attnkit.coursework import Task, compare, law
from attnkit.random_features.attention import RandomFeatureAttention

__all__ = ["CANNOT_COUNT"]


def two_sizes(generator, variant):
    """One case: the two numbers of keys, and the width."""
    first, second = variant["sizes"]
    yield {"n_keys": first, "n_others": second, "width": 3}


@law("not all alike", "Each set has keys that differ.", cases=two_sizes)
def not_all_alike(answer, n_keys, n_others, width):
    for keys in answer(n_keys, n_others, width):
        if not float((keys - keys[0]).norm(dim=-1).max()) > 0.1:
            return "all keys of a set are (nearly) the same"
    return None


@law(
    "same to every head", "No head, whatever its matrix, tells the two sets apart.", cases=two_sizes
)
def same_to_every_head(answer, n_keys, n_others, width):
    generator = torch.Generator().manual_seed(3)
    queries = torch.randn(5, width, generator=generator, dtype=torch.float64)
    model = RandomFeatureAttention(200, generator=generator)
    first, second = (
        model.features(queries, keys.expand(5, *keys.shape))
        for keys in answer(n_keys, n_others, width)
    )
    if not compare.agree(first, second, tolerance=1e-9):
        return "some heads read different things from the two sets"
    return None


CANNOT_COUNT = Task(
    name="cannot-count",
    title="A layer that cannot count",
    kind="break",
    difficulty=1,
    minutes=10,
    statement=r"""
Break this: *“With enough heads, random-feature attention can learn how many keys there are.”*
Write `sets_alike(n_keys, n_others, width)`, which returns two float64 tensors of keys, of
shapes `(n_keys, width)` and `(n_others, width)`, that no head can tell apart, whatever its matrix
and the query. Yours will be asked for sets of these two sizes: {sizes}. To set all keys equal is
too easy: in each set some keys must differ. What would you change in the layer so that it can
count?
""",
    hints=(
        "What does the layer do with the keys after it has scored them?",
        "An average knows how *often* a key occurs, in parts of the whole. It does not know the "
        "whole.",
        "Which shares can be had both with the first number of keys and with the second? Think of "
        "their common divisors.",
    ),
    placeholder='''
def sets_alike(n_keys, n_others, width):
    """Two sets of keys, (n_keys, width) and (n_others, width), in float64."""
    unknown = torch.full((n_keys, width), float("nan"), dtype=torch.float64)
    return unknown, torch.full((n_others, width), float("nan"), dtype=torch.float64)
''',
    laws=(not_all_alike, same_to_every_head),
    variants={"sizes": ((4, 6), (6, 9), (4, 10), (6, 15))},
)
