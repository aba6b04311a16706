"""The weights of a query that belongs to several clusters, or to none."""

import torch

from attnkit.coursework import Task, compare, law

__all__ = ["MEAN_OVER_CLUSTERS"]


def joined(generator, variant):
    """Scores, and which queries and keys each cluster has taken."""
    for n_clusters in (1, 2, variant["n_clusters"]):
        of_query = torch.rand(n_clusters, 6, generator=generator) < 0.5
        of_key = torch.rand(n_clusters, 7, generator=generator) < 0.5
        of_query[:, 0], of_key[:, 0], of_query[:, 1] = False, True, True
        scores = torch.randn(6, 7, generator=generator, dtype=torch.float64)
        yield {"scores": scores, "of_query": of_query, "of_key": of_key}


def one_without_keys(generator, variant):
    """The same, and one more cluster that took queries and no key."""
    for case in joined(generator, variant):
        of_query = torch.cat([case["of_query"], torch.ones(1, 6, dtype=torch.bool)])
        of_key = torch.cat([case["of_key"], torch.zeros(1, 7, dtype=torch.bool)])
        yield {**case, "of_query": of_query, "of_key": of_key}


@law("nobody took it", "A query that no cluster took has no weights.", cases=joined)
def nobody_took_it(answer, scores, of_query, of_key):
    row = answer(scores, of_query, of_key)[0]
    return compare.against(row, torch.zeros(7), what="its weights")


@law("sum of one", "The weights of every other query sum to one.", cases=joined)
def sum_of_one(answer, scores, of_query, of_key):
    total = answer(scores, of_query, of_key).sum(-1)
    return compare.against(total, of_query.any(0).double(), what="the sums")


@law("in common only", "No weight without a cluster in common.", cases=joined)
def in_common_only(answer, scores, of_query, of_key):
    apart = ~(of_query[:, :, None] & of_key[:, None, :]).any(0)
    weights = answer(scores, of_query, of_key)
    left = weights.masked_fill(~apart, 0)
    return compare.against(left, torch.zeros(6, 7), what="the weight of a pair that never met")


@law("each cluster alike", "Every cluster of a query has one share of its weights.", cases=joined)
def each_cluster_alike(answer, scores, of_query, of_key):
    """Two clusters of distinct keys, one of which has all the high scores."""
    keys = torch.tensor([[1, 1, 0, 0, 0, 0, 0], [0, 0, 1, 1, 1, 0, 0]]).bool()
    both = torch.ones(2, 6, dtype=torch.bool)
    weights = answer(scores + 3 * keys[0], both, keys)
    shares = torch.stack([weights[:, mine].sum(-1) for mine in keys])
    return compare.against(shares, torch.full((2, 6), 0.5), what="the share of a cluster")


@law("no key there", "A cluster without a key gives nothing, and counts.", cases=one_without_keys)
def no_key_there(answer, scores, of_query, of_key):
    total = answer(scores, of_query, of_key).sum(-1)
    useful = (of_query & of_key.any(-1, keepdim=True)).sum(0) / of_query.sum(0)
    return compare.against(total, useful, what="the sums")


@law(
    "by the scores",
    "In one cluster the log odds of two keys are their scores' difference.",
    cases=joined,
)
def by_the_scores(answer, scores, of_query, of_key):
    """One cluster that took all queries and the keys of the case's first."""
    mine = of_key[:1]
    odds = answer(scores, torch.ones(1, 6, dtype=torch.bool), mine)[:, mine[0]].log()
    own = scores[:, mine[0]]
    return compare.against(odds - odds[:, :1], own - own[:, :1], what="the log odds")


MEAN_OVER_CLUSTERS = Task(
    name="mean-over-clusters",
    title="In two clusters at once",
    kind="implement",
    difficulty=2,
    minutes=25,
    statement=r"""
In routing each of {n_clusters} clusters takes some queries and some keys, and a token may be taken
by several or by none. Write the weights, without anything of attnkit, as
`weigh_by_clusters(scores, of_query, of_key)`: in each of a query's clusters a softmax over the keys
that this cluster took, and the mean of these over the query's clusters. What has a query that
nobody took, and is the mean the softmax over all its keys together? A cluster may have taken no
key: it gives its queries nothing, and counts in the mean all the same.
""",
    hints=(
        "Loop over the clusters and add up what each of them gives.",
        "Divide by how many clusters the query is in, which may be none at all.",
        "Give keys outside the cluster minus infinity, and mind clusters without any key.",
    ),
    placeholder='''
def weigh_by_clusters(scores, of_query, of_key):
    """Weights like scores (query, key); of_query (cluster, query), of_key (cluster, key)."""
    return torch.full_like(scores, float("nan"))
''',
    laws=(
        nobody_took_it,
        sum_of_one,
        in_common_only,
        each_cluster_alike,
        no_key_there,
        by_the_scores,
    ),
    variants={"n_clusters": (3, 4, 5)},
    library={},
)
