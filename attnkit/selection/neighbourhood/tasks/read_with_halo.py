"""Attention in blocks with a halo, and what stands beyond the border."""

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from attnkit.coursework import Task, compare, law
from attnkit.selection.neighbourhood.halo import halo_keys
from attnkit.selection.shared.kept import kept_attention

__all__ = ["READ_WITH_HALO"]


def texts(generator, variant):
    """Whole blocks of tokens, with a halo no longer than a block."""
    for block, halo in ((2, 1), (3, 3), (variant["block"], 2)):
        tokens = torch.randn(3, 4 * block, 5, generator=generator, dtype=torch.float64)
        named = dict(zip(("queries", "keys", "values"), 2 * tokens, strict=True))
        yield {**named, "block": block, "halo": halo}


@law("itself alone", "Without a halo a block reads itself.", cases=texts)
def itself_alone(answer, queries, keys, values, block, halo):
    blocks = (tokens.unflatten(0, (-1, block)) for tokens in (queries, keys, values))
    q, k, v = blocks
    wanted = ((q @ k.mT / q.shape[-1] ** 0.5).softmax(-1) @ v).flatten(0, 1)
    return compare.against(answer(queries, keys, values, block, 0), wanted, what="what is read")


@law("weights of one", "Equal values are read as they are, at the border too.", cases=texts)
def weights_of_one(answer, queries, keys, values, block, halo):
    found = answer(queries, keys, torch.ones_like(values), block, halo)
    return compare.against(found, torch.ones_like(values), what="the sums of the weights")


@law("so far", "A key beyond the halo changes nothing, and one in it does.", cases=texts)
def so_far(answer, queries, keys, values, block, halo):
    before = answer(queries, keys, values, block, halo)
    for place, seen in ((2 * block + halo, False), (2 * block + halo - 1, True)):
        moved = values.clone()
        moved[place] += 1
        after = answer(queries, keys, moved, block, halo)[block : 2 * block]
        same = torch.allclose(after, before[block : 2 * block])
        if same == seen:
            return "the second block sees too little" if seen else "the second block sees too much"
    return None


class _Made(TorchDispatchMode):
    """Counts the numbers that are computed, views apart."""

    count = 0

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        made = operation(*args, **(kwargs or {}))
        if not operation.is_view:
            self.count += sum(t.numel() for t in tree_leaves(made) if isinstance(t, torch.Tensor))
        return made


def long_text(generator, variant):
    """About a thousand tokens."""
    block = variant["block"]
    tokens = torch.randn(3, 1024 // block * block, 5, generator=generator, dtype=torch.float64)
    named = dict(zip(("queries", "keys", "values"), tokens, strict=True))
    yield {**named, "block": block, "halo": 2}


@law("linear cost", "No number is computed for each pair of a long text.", cases=long_text)
def linear_cost(answer, queries, keys, values, block, halo):
    with _Made() as made:
        answer(queries, keys, values, block, halo)
    dense = 2 * made.count > len(queries) ** 2
    return "as many numbers are computed as there are pairs of tokens" if dense else None


@law("no token there", "What is read is softmax over the tokens in block and halo.", cases=texts)
def no_token_there(answer, queries, keys, values, block, halo):
    kept = halo_keys((len(queries),), block=block, halo=halo)
    wanted = kept_attention(queries, keys, values, kept)
    return compare.against(
        answer(queries, keys, values, block, halo), wanted, what="what is read", tolerance=1e-6
    )


READ_WITH_HALO = Task(
    name="read-with-halo",
    title="A block, its halo, and nothing beyond",
    kind="implement",
    difficulty=2,
    minutes=35,
    statement=r"""
Write `read_with_halo(queries, keys, values, block, halo)`, without anything of attnkit, for tensors
(time, feature) whose length is a multiple of the block, such as 4 · {block}. Queries of a block
read by softmax of $q \cdot k/\sqrt d$ the keys of their block and of h tokens on either side.
Gather, and do not mask the map of all pairs: the cost is to be linear in the length. Beyond the
border there is no token, and nothing may be read there: which test would catch your mask turned
round?
""",
    hints=(
        "Pad keys and values at both ends, so that every block has as many around it.",
        "A tensor's `unfold` gives overlapping pieces: mind where it puts the new axis.",
        "Pad a row of ones in the same way: it says which of the gathered keys exist.",
    ),
    placeholder='''
def read_with_halo(queries, keys, values, block, halo):
    """What each query reads of its block and h tokens on either side of it, (time, feature)."""
    return torch.full_like(values, float("nan"))
''',
    laws=(weights_of_one, itself_alone, so_far, linear_cost, no_token_there),
    variants={"block": (4, 5, 7)},
    library={},
)
