"""SBM-Transformer: tokens belong to clusters, and a drawn graph says who looks at whom."""

from attnkit.selection.sbm.attention import sbm_attention, sbm_keys
from attnkit.selection.sbm.chances import block_matrix, edge_chances
from attnkit.selection.sbm.sampled import sample_edges, sample_sparse_edges

__all__ = [
    "block_matrix",
    "edge_chances",
    "sample_edges",
    "sample_sparse_edges",
    "sbm_attention",
    "sbm_keys",
]
