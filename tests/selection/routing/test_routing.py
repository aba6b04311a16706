"""Routing beside a loop over clusters; the gathered read beside the definition; k-means."""

import math

import pytest
import torch
from torch.nn.functional import normalize

from attnkit.selection import (
    routed_keys,
    routing_attention,
    routing_weights,
    spherical_kmeans,
    update_centroids,
)

N, M, C = 11, 13, 5


def normal(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def qkv(*batch, n=N, m=M, dtype=torch.float64):
    shapes = ((n, 7), (m, 7), (m, 3))
    return [normal(*batch, *shape, seed=i, dtype=dtype) for i, shape in enumerate(shapes)]


def members_by_hand(tokens, centroids, n_members):
    """For each centroid the places of its nearest tokens."""
    found = []
    for centroid in centroids:
        cosines = [float(x @ centroid / x.norm() / centroid.norm()) for x in tokens]
        found.append(sorted(range(len(tokens)), key=lambda i: -cosines[i])[:n_members])
    return found


def by_hand(queries, keys, values, centroids, n_members):
    """What each query reads: the mean over its clusters of softmax over the cluster's keys."""
    of_query, of_key = (members_by_hand(t, centroids, n_members) for t in (queries, keys))
    read = torch.zeros(len(queries), values.shape[-1], dtype=values.dtype)
    for i, query in enumerate(queries):
        own = [there for mine, there in zip(of_query, of_key, strict=True) if i in mine]
        for there in own:
            weights = (keys[there] @ query / math.sqrt(len(query))).softmax(0)
            read[i] += weights @ values[there] / len(own)
    return read


@pytest.mark.parametrize("n_members", [1, 4, 30])
def test_both_forms_are_the_mean_over_clusters(n_members):
    queries, keys, values = qkv()
    centroids = normal(C, 7, seed=9)
    wanted = by_hand(queries, keys, values, centroids, n_members)
    weights = routing_weights(queries, keys, centroids, n_members=n_members)
    torch.testing.assert_close(weights @ values, wanted)
    gathered = routing_attention(queries, keys, values, centroids, n_members=n_members)
    torch.testing.assert_close(gathered, wanted)


@pytest.mark.parametrize("shape", [(C, 7), (3, C, 7), (2, 1, C, 7)])
def test_the_gathered_read_is_the_definition_in_values_and_gradients(shape):
    leaves = [leaf.requires_grad_() for leaf in qkv(2, 3)]
    centroids, settings = normal(*shape, seed=9), {"n_members": 4}
    gathered = routing_attention(*leaves, centroids, **settings)
    plain = routing_weights(*leaves[:2], centroids, **settings) @ leaves[2]
    torch.testing.assert_close(gathered, plain)
    sums = [read.mul(torch.cos(torch.arange(3))).square().sum() for read in (gathered, plain)]
    for one, other in zip(*(torch.autograd.grad(s, leaves) for s in sums), strict=True):
        assert one.isfinite().all()
        torch.testing.assert_close(one, other)


def test_kept_are_the_keys_with_a_weight():
    queries, keys, _ = qkv(2, 3)
    centroids = normal(3, C, 7, seed=9)
    kept = routed_keys(queries, keys, centroids, n_members=4)
    weights = routing_weights(queries, keys, centroids, n_members=4)
    assert torch.equal(kept, weights > 0)
    torch.testing.assert_close(weights.sum(-1), kept.any(-1).double())
    assert (~kept.any(-1)).any()


@pytest.mark.parametrize("seed", range(5))
def test_overlap_keeps_fewer_pairs_than_are_counted(seed):
    queries, keys = (normal(29, 7, seed=seed + shift) for shift in (0, 100))
    kept = routed_keys(queries, keys, normal(C, 7, seed=seed + 50), n_members=6)
    assert kept.sum() < C * 6**2
    alone = routed_keys(queries, keys, normal(1, 7, seed=seed), n_members=6)
    assert alone.sum() == 6**2


def test_one_centroid_and_all_members_is_softmax_attention():
    queries, keys, values = qkv(2)
    found = routing_attention(queries, keys, values, normal(1, 7), n_members=M)
    wanted = torch.nn.functional.scaled_dot_product_attention(queries, keys, values)
    torch.testing.assert_close(found, wanted)


def test_only_directions_route():
    queries, keys, _ = qkv()
    centroids = normal(C, 7, seed=9)
    lengths = [0.1 + normal(n, 1, seed=n).square() for n in (N, M, C)]
    scaled = [t * s for t, s in zip((queries, keys, centroids), lengths, strict=True)]
    kept = routed_keys(queries, keys, centroids, n_members=4)
    assert torch.equal(kept, routed_keys(*scaled, n_members=4))


def test_without_centroids_they_are_the_unit_vectors():
    queries, keys, _ = qkv()
    axes = torch.eye(7, dtype=torch.float64)
    kept = routed_keys(queries, keys, n_members=3)
    assert torch.equal(kept, routed_keys(queries, keys, axes, n_members=3))


def test_what_is_masked_takes_no_place():
    queries, keys, values = qkv(2)
    of_key, of_query = torch.arange(M) < 9, torch.arange(N) >= 2
    blank = [
        queries.masked_fill(~of_query[:, None], math.nan),
        keys.masked_fill(~of_key[:, None], math.inf),
        values.masked_fill(~of_key[:, None], math.nan),
    ]
    centroids, settings = normal(C, 7, seed=9), {"n_members": 4}
    masks = {"mask": of_key, "query_mask": of_query}
    wanted = routing_attention(queries[:, 2:], keys[:, :9], values[:, :9], centroids, **settings)
    found = routing_attention(*blank, centroids, **settings, **masks)
    torch.testing.assert_close(found[:, 2:], wanted)
    assert (found[:, :2] == 0).all()
    weights = routing_weights(*blank[:2], centroids, **settings, **masks)
    torch.testing.assert_close(weights[:, 2:, :9] @ values[:, :9], wanted)
    assert (weights[..., 9:] == 0).all()
    nothing = torch.zeros(M, dtype=torch.bool)
    assert (
        routing_attention(*blank, centroids, n_members=4, **masks | {"mask": nothing}) == 0
    ).all()


@pytest.mark.parametrize(("n", "m"), [(0, 0), (0, M), (N, 0), (1, 1)])
def test_short_texts(n, m):
    queries, keys, values = qkv(2, n=n, m=m)
    read = routing_attention(queries, keys, values, normal(C, 7), n_members=4)
    assert read.shape == (2, n, 3)
    weights = routing_weights(queries, keys, normal(C, 7), n_members=4)
    torch.testing.assert_close(weights @ values, read)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_and_autocast(dtype):
    half, centroids = qkv(2, dtype=dtype), normal(C, 7, seed=9)
    read = routing_attention(*half, centroids.to(dtype), n_members=4)
    assert read.dtype == dtype
    exact = routing_attention(
        *(each.double() for each in half), centroids.to(dtype).double(), n_members=4
    )
    assert (read.double() - exact).abs().max() <= 8 * torch.finfo(dtype).eps
    single = qkv(2, dtype=torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = routing_attention(*single, centroids.float(), n_members=4)
    assert torch.equal(inside, routing_attention(*single, centroids.float(), n_members=4))


def test_a_step_of_k_means_is_the_mean_direction_of_the_nearest():
    tokens, centroids = normal(29, 3), normalize(normal(C, 3, seed=1), dim=-1)
    found = update_centroids(centroids, tokens, decay=0.0)
    for r in range(C):
        mine = [x / x.norm() for x in tokens if int((centroids @ x).argmax()) == r]
        wanted = normalize(torch.stack(mine).mean(0), dim=0) if mine else centroids[r]
        torch.testing.assert_close(found[r], wanted)


def test_decay_moves_a_centroid_a_little():
    tokens, centroids = normal(2, 29, 3), normalize(normal(2, C, 3, seed=1), dim=-1)
    whole, some = (update_centroids(centroids, tokens, decay=g) for g in (0.0, 0.9))
    towards = (some * whole).sum(-1) - (centroids * whole).sum(-1)
    assert (towards >= -1e-12).all()
    assert 0 < (some - centroids).norm() < 0.2 * (whole - centroids).norm()
    torch.testing.assert_close(update_centroids(centroids, tokens, decay=1.0), centroids)


def test_a_centroid_without_tokens_stays():
    tokens = torch.tensor([[1.0, 0.1], [1.0, -0.1]])
    centroids = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    assert torch.equal(update_centroids(centroids, tokens, decay=0.0)[1], centroids[1])
    assert torch.equal(update_centroids(centroids, tokens[:0], decay=0.0), centroids)


def test_k_means_never_gets_worse_and_finds_far_clumps():
    tokens = normal(2, 101, 3)
    told = []
    for n_steps in (0, 1, 2, 5, 20):
        centroids = spherical_kmeans(
            tokens, C, n_steps=n_steps, generator=torch.Generator().manual_seed(0)
        )
        told.append((normalize(tokens, dim=-1) @ centroids.mT).amax(-1).sum(-1))
    rises = torch.stack(told).diff(dim=0)
    assert (rises >= -1e-12).all()
    assert (rises[0] > 0.1).all()
    assert centroids.shape == (2, C, 3)


def test_more_centroids_than_tokens():
    centroids = spherical_kmeans(normal(3, 2), 7, generator=torch.Generator().manual_seed(0))
    assert centroids.shape == (7, 2)
    torch.testing.assert_close(centroids.norm(dim=-1), torch.ones(7, dtype=torch.float64))


@pytest.mark.parametrize("size", [1e-30, 1e30])
def test_the_length_of_tokens_counts_nowhere(size):
    queries, keys, _ = qkv(dtype=torch.float32)
    centroids = spherical_kmeans(size * keys, C, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(centroids.norm(dim=-1), torch.ones(C))
    wanted = routed_keys(queries, keys, centroids, n_members=3)
    assert torch.equal(routed_keys(size * queries, size * keys, centroids, n_members=3), wanted)


def test_centroids_of_tokens_without_a_direction_have_length_one():
    found = spherical_kmeans(torch.zeros(5, 3), 2, generator=torch.Generator().manual_seed(0))
    assert found.tolist() == [[1.0, 0.0, 0.0]] * 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"centroids": torch.ones(3, 4)}, r"centroids must have .* d_key = 7 .*\(3, 4\)"),
        ({"centroids": torch.ones(2, 3, 7)}, r"centroids must have .*\(2, 3, 7\)"),
        ({"n_members": 0}, "n_members must be .*0"),
        ({"mask": torch.ones(N, dtype=torch.bool)}, "mask"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    queries, keys, values = qkv()
    with pytest.raises(ValueError, match=message):
        routing_attention(queries, keys, values, **{"n_members": 3} | arguments)
    with pytest.raises(ValueError, match=message):
        routed_keys(queries, keys, **{"n_members": 3} | arguments)
    with pytest.raises(ValueError, match="tokens must be at least one"):
        spherical_kmeans(keys[:0], 3, generator=torch.Generator())
    with pytest.raises(ValueError, match="centroids must be at least one"):
        update_centroids(keys[:0], keys)
