"""Pages of a trained encoder's keys: what they catch, which hold support, which are certified."""

from functools import partial

from torch import Tensor

from attnkit.densities import entmax
from attnkit.experiments import Experiment
from attnkit.selection.entmax_kv.guessed import gaussian_pages
from attnkit.selection.entmax_kv.order import similar_order
from attnkit.selection.entmax_kv.patterns import by_bound, by_bound_sorted
from attnkit.selection.entmax_kv.threshold import support_threshold
from attnkit.selection.shared.blocks import in_blocks, kept_pairs
from attnkit.selection.shared.bounds import block_bounds
from attnkit.selection.shared.on_real import captured
from attnkit.trained import capture
from attnkit.trained.experiments.common import SOURCE, every_passage, passage, real

__all__ = ["REAL_CERTIFIED", "REAL_PAGES", "counted_pages"]

WAYS = {
    "pages of 16": by_bound,
    "pages of 8": partial(by_bound, size=8),
    "pages of 4": partial(by_bound, size=4),
    "pages of 16, alike keys": by_bound_sorted,
    "pages of 4, alike keys": partial(by_bound_sorted, size=4),
}

SETTINGS = (
    *((size, 1.5, sort) for size in (2, 4, 8, 16, 32) for sort in (False, True)),
    (16, 1.25, False),
    (16, 2.0, False),
)
"""Keys on a page, order of entmax, and whether alike keys share pages."""


def run(case: dict, *, seed: int, device: str) -> dict:
    """What pages catch at the room's budgets."""
    read = capture(real().model, passage(case))
    return {name: captured(read, choose) for name, choose in WAYS.items()}


def counted_pages(queries: Tensor, keys: Tensor, size: int, alpha: float) -> dict[str, float]:
    """Shares of pages that hold support and that are certified; violations; the normal guess."""
    scores = queries @ keys.mT * queries.shape[-1] ** -0.5
    weights = entmax(scores, alpha)
    needed = in_blocks(weights > 0, size, dim=-1, fill=False).any(-1)
    threshold = support_threshold(scores, alpha)
    certified = block_bounds(queries, keys, size=size) > threshold[..., None]
    found = {
        "pages": needed.shape[-1],
        "needed": _share(needed),
        "certified": _share(certified),
        "violations": int((needed & ~certified).sum()),
    }
    if alpha == 1.5:
        guessed = gaussian_pages(queries, keys, size=size)
        pairs = kept_pairs(guessed, *scores.shape[-2:], query_size=1, key_size=size)
        found |= {
            "guessed": _share(guessed),
            "rows that miss": _share((needed & ~guessed).any(-1)),
            "weight missed": _short(weights.masked_fill(pairs, 0.0).sum(-1).mean()),
        }
    return found


def run_certified(case: dict, *, seed: int, device: str) -> dict:
    """The counts of every setting, over all rows of all heads."""
    read = capture(real().model, passage(case))
    queries, keys = read.queries.double(), read.keys.double()
    order = similar_order(keys)[..., None].expand(keys.shape)
    alike = keys.gather(-2, order)
    found = {}
    for size, alpha, is_sorted in SETTINGS:
        name = f"{size}, {alpha}" + (", alike" if is_sorted else "")
        found[name] = counted_pages(queries, alike if is_sorted else keys, size, alpha)
    return found


def _share(which: Tensor) -> float:
    return _short(which.double().mean())


def _short(number: Tensor) -> float:
    return float(f"{number.item():.4g}")


REAL_PAGES = Experiment(
    name="selection-entmax-kv-real",
    title="Mass that pages of keys catch on a trained encoder, chosen by their bounds",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run,
)

REAL_CERTIFIED = Experiment(
    name="selection-entmax-kv-certified",
    title="Pages that hold support, pages that are certified to, and a normal row's guess",
    source=SOURCE,
    cases=every_passage(),
    seeds={"quick": 1, "full": 1},
    run=run_certified,
)
