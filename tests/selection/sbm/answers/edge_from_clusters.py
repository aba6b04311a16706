"""Answers to "edge-from-clusters": one that is right, and mistakes that each break a law."""

import math

import torch


def right(query_members, key_members, clusters):
    n = len(clusters)
    raised = [[math.exp(float(clusters[r] @ clusters[s])) for s in range(n)] for r in range(n)]
    total = sum(map(sum, raised))
    chances = torch.zeros(len(query_members), len(key_members), dtype=torch.float64)
    for i, mine in enumerate(query_members.tolist()):
        for j, yours in enumerate(key_members.tolist()):
            for r in range(n):
                for s in range(n):
                    chances[i, j] += mine[r] * yours[s] * raised[r][s] / total
    return chances


def rows_of_one(query_members, key_members, clusters):
    return query_members @ (clusters @ clusters.T).softmax(-1) @ key_members.T


def no_softmax(query_members, key_members, clusters):
    return query_members @ (clusters @ clusters.T) @ key_members.T


def each_by_its_own_sigmoid(query_members, key_members, clusters):
    return query_members @ (clusters @ clusters.T).sigmoid() @ key_members.T


def memberships_normalised(query_members, key_members, clusters):
    of_query, of_key = (m / m.amax(-1, keepdim=True) for m in (query_members, key_members))
    return right(of_query, of_key, clusters)


def at_the_root_of_both(query_members, key_members, clusters):
    return right(query_members, key_members, clusters).sqrt()


def queries_only(query_members, key_members, clusters):
    return right(query_members, key_members**2, clusters)


def without_the_blocks(query_members, key_members, clusters):
    return query_members @ key_members.T / len(clusters)


def scaled_places(query_members, key_members, clusters):
    return right(query_members, key_members, clusters / clusters.shape[-1] ** 0.25)


WRONG = {
    "everyone everywhere": [rows_of_one, no_softmax, each_by_its_own_sigmoid],
    "ceiling": [memberships_normalised, at_the_root_of_both],
    "turned round": [queries_only],
    "two clusters": [without_the_blocks, scaled_places],
}
