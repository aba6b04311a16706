"""Find the overlaps that give a head of rank one a wanted map of two places."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["TIED_TO_ITSELF"]

SIGNS = torch.tensor([1.0, -1.0], dtype=torch.float64)


def maps(generator, variant):
    """What a place gives itself: above and below one half, and the variant's."""
    for staying in (0.6, 0.25, variant["staying"]):
        yield {"staying": staying}
    yield {"staying": 0.55 + 0.4 * torch.rand((), generator=generator).item()}


@law("no preference", "A map of equal shares needs no overlap at all.", cases=maps)
def no_preference(answer, staying):
    return compare.against(answer(0.5), torch.zeros(2), what="the overlaps for equal shares")


@law("equal sizes", "The overlaps are equally large, the query's not negative.", cases=maps)
def equal_sizes(answer, staying):
    query, key = answer(staying)
    return compare.against(query, abs(key), what="the query's overlap beside the key's size")


@law("the other place", "If places swap their shares, only the key's sign changes.", cases=maps)
def the_other_place(answer, staying):
    query, key = answer(staying)
    swapped = torch.stack([query, -key])
    return compare.against(answer(1 - staying), swapped, what="the overlaps of swapped shares")


@law("has the map", "The head's softmax gives each place the wanted share.", cases=maps)
def has_the_map(answer, staying):
    query, key = answer(staying).double()
    found = torch.outer(query * SIGNS, key * SIGNS).softmax(-1)
    wanted = torch.tensor([[staying, 1 - staying], [1 - staying, staying]])
    return compare.against(found, wanted, what="the weights of the head")


TIED_TO_ITSELF = Task(
    name="tied-to-itself",
    title="What a tied head cannot be",
    kind="derive",
    difficulty=2,
    minutes=25,
    statement=r"""
Two places stand at $+1$ and $-1$. A head of rank one reads them with a query's overlap $m$ and a
key's overlap $r$, so that the scores are $m r$ for a place with itself and $-m r$ with the other.
Write `overlaps_for_map(staying)`, without anything of attnkit: the pair $(m, r)$ as a float64
tensor (2,), both equally large and $m$ not negative, with which every place gives itself a share of
{staying}, say, and any other between 0 and 1 as well. For which shares could one vector be query
and key at once?
""",
    hints=(
        "Write the odds of staying against leaving by the two scores.",
        "The two scores differ by twice the product of the overlaps.",
        "Take the logarithm, split the product evenly, and let the key carry the sign.",
    ),
    placeholder='''
def overlaps_for_map(staying):
    """Overlaps (2,) of query and key with which two places give themselves this share."""
    return torch.full((2,), float("nan"), dtype=torch.float64)
''',
    laws=(no_preference, equal_sizes, the_other_place, has_the_map),
    variants={"staying": (0.7, 0.3, 0.8)},
    library={},
)
