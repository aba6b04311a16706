"""What the page on EntmaxKV claims, measured."""

import torch

from attnkit.claims import claim
from attnkit.densities import attention, entmax
from attnkit.selection.entmax_kv.entmax_kv import entmax_kv_attention
from attnkit.selection.entmax_kv.pages import certified_pages
from attnkit.selection.entmax_kv.recorded import counted
from attnkit.selection.entmax_kv.toy import ORDERS, topic_tokens
from attnkit.selection.shared.blocks import in_blocks

__all__ = ["alike_keys", "nothing_lost", "real_pages", "share_read"]


@claim(
    "certified-pages-lose-nothing",
    source="Derived here, after EntmaxKV",
    computes=certified_pages,
)
def nothing_lost() -> dict[str, float]:
    """Violations and the largest error over 640 rows of the toy; pages needed and read."""
    violations, worst, needed, read = 0, 0.0, 0.0, 0.0
    for scale in (0.5, 1.0, 2.0, 4.0):
        texts = [topic_tokens(ORDERS[0], scale, seed=seed) for seed in range(40)]
        query, keys = (torch.stack(parts) for parts in zip(*texts, strict=True))
        for alpha in (1.1, 1.5, 2.0, 3.0):
            weights = entmax(query @ keys.mT * query.shape[-1] ** -0.5, alpha)
            holds = in_blocks(weights > 0, 8, dim=-1, fill=False).any(-1)
            pages = certified_pages(query, keys, size=8, alpha=alpha)
            error = entmax_kv_attention(query, keys, keys, size=8, alpha=alpha)
            error = (error - attention(query, keys, keys, alpha=alpha)).abs().max().item()
            violations += int((holds & ~pages).sum())
            worst = max(worst, error)
            needed += holds.double().mean().item() / 16
            read += pages.double().mean().item() / 16
    return {"violations": violations, "largest error": worst, "needed": needed, "read": read}


@claim("alike-keys-share-pages", source="Defined here", computes=certified_pages)
def alike_keys() -> dict[str, float]:
    """Mean share of pages of eight read over forty texts, by how their keys are laid."""
    return {order: share_read(order, range(40)) for order in ORDERS}


def share_read(order: str, seeds: range) -> float:
    """Mean share of pages of eight read at α = 3/2, over texts of these seeds."""
    texts = [topic_tokens(order, 2.0, seed=seed) for seed in seeds]
    query, keys = (torch.stack(parts) for parts in zip(*texts, strict=True))
    return certified_pages(query, keys, size=8).double().mean().item()


@claim(
    "certified-pages-real",
    source="Measured here on one six-layer encoder",
    computes=certified_pages,
)
def real_pages() -> dict[str, float]:
    """Recorded for α = 3/2: shares of pages needed and certified by size, and all violations."""
    found = {}
    for size in (2, 16):
        for alike in (False, True):
            name = f"{size}, alike" if alike else f"{size}"
            numbers = counted(size, alike=alike)
            for measure in ("needed", "certified", "violations"):
                found[f"{name}, {measure}"] = float(numbers[measure])
    return found
