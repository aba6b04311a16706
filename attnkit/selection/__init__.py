"""Attention that looks at some keys only: how they are chosen, and what is missed."""

from attnkit.selection.entmax_kv import (
    best_pages,
    certified_pages,
    entmax_kv_attention,
    gaussian_pages,
    gaussian_threshold,
    page_attention,
    similar_order,
    support_threshold,
)
from attnkit.selection.flex_prefill import (
    covering_keys,
    covering_weights,
    flex_prefill_attention,
    flex_prefill_keys,
)
from attnkit.selection.landmark import (
    landmark_attention,
    landmark_keys,
    landmark_weights,
    mean_landmarks,
    true_landmarks,
)
from attnkit.selection.neighbourhood import (
    TileCount,
    count_tiles,
    halo_attention,
    halo_keys,
    neighbourhood_attention,
    neighbourhood_keys,
)
from attnkit.selection.routing import (
    routed_keys,
    routing_attention,
    routing_weights,
    spherical_kmeans,
    update_centroids,
)
from attnkit.selection.sbm import (
    block_matrix,
    edge_chances,
    sample_edges,
    sample_sparse_edges,
    sbm_attention,
    sbm_keys,
)
from attnkit.selection.sea import sea_attention, sea_keys, sea_weights
from attnkit.selection.shared.block_attention import block_attention
from attnkit.selection.shared.blocks import kept_pairs
from attnkit.selection.shared.bounds import block_bounds
from attnkit.selection.shared.kept import Dropped, dropped, dropped_by, kept_attention
from attnkit.selection.shared.references import oracle, random_keys, window_and_ends
from attnkit.selection.sparsefinder import (
    Sparsefinder,
    bucket_keys,
    hinge_loss,
    near_keys,
    sparsefinder_attention,
)

__all__ = [
    "Dropped",
    "Sparsefinder",
    "TileCount",
    "best_pages",
    "block_attention",
    "block_bounds",
    "block_matrix",
    "bucket_keys",
    "certified_pages",
    "count_tiles",
    "covering_keys",
    "covering_weights",
    "dropped",
    "dropped_by",
    "edge_chances",
    "entmax_kv_attention",
    "flex_prefill_attention",
    "flex_prefill_keys",
    "gaussian_pages",
    "gaussian_threshold",
    "halo_attention",
    "halo_keys",
    "hinge_loss",
    "kept_attention",
    "kept_pairs",
    "landmark_attention",
    "landmark_keys",
    "landmark_weights",
    "mean_landmarks",
    "near_keys",
    "neighbourhood_attention",
    "neighbourhood_keys",
    "oracle",
    "page_attention",
    "random_keys",
    "routed_keys",
    "routing_attention",
    "routing_weights",
    "sample_edges",
    "sample_sparse_edges",
    "sbm_attention",
    "sbm_keys",
    "sea_attention",
    "sea_keys",
    "sea_weights",
    "similar_order",
    "sparsefinder_attention",
    "spherical_kmeans",
    "support_threshold",
    "true_landmarks",
    "update_centroids",
    "window_and_ends",
]
