"""The chance of an edge by the clusters of both its ends."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["EDGE_FROM_CLUSTERS"]


def memberships(generator, variant):
    """Memberships of queries and keys, and places of the clusters."""
    for n_clusters in (1, 2, variant["n_clusters"]):
        yield {
            "query_members": torch.rand(5, n_clusters, generator=generator, dtype=torch.float64),
            "key_members": torch.rand(7, n_clusters, generator=generator, dtype=torch.float64),
            "clusters": torch.randn(n_clusters, 3, generator=generator, dtype=torch.float64),
        }


@law("everyone everywhere", "Who belongs to every cluster meets everyone.", cases=memberships)
def everyone_everywhere(answer, query_members, key_members, clusters):
    chances = answer(torch.ones_like(query_members), torch.ones_like(key_members), clusters)
    return compare.against(chances, torch.ones(5, 7), what="the chance of such a pair")


@law("ceiling", "No chance exceeds the product of the largest memberships.", cases=memberships)
def ceiling(answer, query_members, key_members, clusters):
    bound = query_members.amax(-1)[:, None] * key_members.amax(-1)
    chances = answer(query_members, key_members, clusters)
    return compare.at_most(chances, bound, what="a chance")


@law("turned round", "Queries and keys exchanged, the chances are transposed.", cases=memberships)
def turned_round(answer, query_members, key_members, clusters):
    there = answer(query_members, key_members, clusters)
    back = answer(key_members, query_members, clusters)
    return compare.against(back, there.mT, what="the chances turned round")


@law("two clusters", "Two orthogonal clusters by hand.", cases=memberships)
def two_clusters(answer, query_members, key_members, clusters):
    own = torch.eye(2, dtype=torch.float64)
    e = torch.e
    wanted = torch.tensor([[e, 1.0], [1.0, e]], dtype=torch.float64) / (2 * e + 2)
    return compare.against(answer(own, own, own), wanted, what="the chance between two clusters")


EDGE_FROM_CLUSTERS = Task(
    name="edge-from-clusters",
    title="Who meets whom?",
    kind="implement",
    difficulty=1,
    minutes=20,
    statement=r"""
Tokens belong to {n_clusters} clusters, each by a number from 0 to 1. Write the chance that a query
looks at a key, without anything of attnkit, as
`chance_of_edges(query_members, key_members, clusters)`: the sum over all pairs of clusters of both
memberships times the chance of these two clusters. The chances of clusters are one softmax of the
inner products of their places. Over what must this softmax go, so that nothing exceeds one?
""",
    hints=(
        "Ask first what the chance is of two tokens that belong to everything.",
        "Rows that sum to one would let that chance grow with the number of clusters.",
        "Flatten the products of clusters before the softmax, and give them their shape back.",
    ),
    placeholder='''
def chance_of_edges(query_members, key_members, clusters):
    """Chances (query, key) of memberships (query, cluster), (key, cluster), places (cluster, d)."""
    shape = (len(query_members), len(key_members))
    return torch.full(shape, float("nan"), dtype=torch.float64)
''',
    laws=(everyone_everywhere, ceiling, turned_round, two_clusters),
    variants={"n_clusters": (3, 4, 6)},
    library={},
)
