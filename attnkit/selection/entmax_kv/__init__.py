"""EntmaxKV: pages of a cache that no key of positive weight can lie on are not read."""

from attnkit.selection.entmax_kv.entmax_kv import entmax_kv_attention, page_attention
from attnkit.selection.entmax_kv.guessed import gaussian_pages
from attnkit.selection.entmax_kv.order import similar_order
from attnkit.selection.entmax_kv.pages import best_pages, certified_pages
from attnkit.selection.entmax_kv.threshold import gaussian_threshold, support_threshold

__all__ = [
    "best_pages",
    "certified_pages",
    "entmax_kv_attention",
    "gaussian_pages",
    "gaussian_threshold",
    "page_attention",
    "similar_order",
    "support_threshold",
]
