"""Find the shift of all keys that random features want, and that softmax does not see."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["FREE_SHIFT"]


def heads(generator, variant):
    """Queries and keys of a few numbers each, with means of their own."""
    for n_queries, n_keys in ((1, 1), (5, 5), (variant["n_queries"], 11)):
        queries = torch.randn(n_queries, 3, generator=generator, dtype=torch.float64)
        keys = torch.randn(n_keys, 3, generator=generator, dtype=torch.float64)
        means = torch.randn(2, 3, generator=generator, dtype=torch.float64)
        yield {"queries": queries - 2 * means[0], "keys": keys + 3 * means[1]}


def _mean_square(queries, keys):
    """Mean of |q + k|² over all pairs."""
    return (queries[:, None] + keys[None]).square().sum(-1).mean()


@law("one vector", "The answer is one vector, as wide as a key.", cases=heads)
def one_vector(answer, queries, keys):
    shape = tuple(answer(queries, keys).shape)
    return None if shape == tuple(keys.shape[-1:]) else f"its shape is {shape}"


@law("nothing twice", "Keys that have the shift already want no other.", cases=heads)
def nothing_twice(answer, queries, keys):
    again = answer(queries, keys + answer(queries, keys))
    return compare.against(again, torch.zeros(3), what="the shift of shifted keys")


@law("keys moved on", "Where all keys move by a vector, the shift moves back by it.", cases=heads)
def keys_moved_on(answer, queries, keys):
    push = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    change = answer(queries, keys + push) - answer(queries, keys)
    return compare.against(change, -push, what="the change of the shift")


@law("queries listed twice", "The same queries listed twice change nothing.", cases=heads)
def queries_twice(answer, queries, keys):
    twice = answer(torch.cat([queries, queries]), keys)
    return compare.against(twice, answer(queries, keys), what="the shift")


@law("no better", "No small step away from it lowers the mean of |q + k|².", cases=heads)
def no_better(answer, queries, keys):
    found = keys + answer(queries, keys)
    least = _mean_square(queries, found)
    for step in (*torch.eye(3, dtype=torch.float64), *-torch.eye(3, dtype=torch.float64)):
        if _mean_square(queries, found + 1e-3 * step) < least:
            return "a small step away from it lowers the mean square"
    return None


FREE_SHIFT = Task(
    name="free-shift",
    title="The shift that softmax does not see",
    kind="derive",
    difficulty=2,
    minutes=25,
    statement=r"""
Softmax gives the same weights for the keys $k_j + c$, whatever $c$ is. The variance of a positive
random feature grows with $e^{{|q + k|^2}}$ and does *not* stay the same. Derive the one vector $c$
that makes the mean of $|q_i + k_j + c|^2$ over all pairs of {n_queries} queries and 11 keys, say,
least. Write it as `shift_of_keys(queries, keys)`, without anything of attnkit and without
autograd. Then compare it with what a Taylor polynomial wants, whose scores are to lie about zero.
""",
    hints=(
        "Where is the gradient of a mean of squares zero?",
        "The sum over pairs falls apart into a sum over queries and one over keys.",
        "How many pairs does each query occur in, and how many each key?",
    ),
    placeholder='''
def shift_of_keys(queries, keys):
    """The vector (feature,) to add to every key (key, feature), given queries (query, feature)."""
    return torch.full_like(keys[0], float("nan"))
''',
    laws=(one_vector, nothing_twice, keys_moved_on, queries_twice, no_better),
    variants={"n_queries": (4, 7, 13)},
    library={},
    autograd=False,
)
