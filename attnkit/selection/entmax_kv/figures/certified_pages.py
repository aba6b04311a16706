"""Pages, their bounds, and the threshold above which alone a key has weight."""

import numpy as np
from torch import Tensor

from attnkit.densities import entmax
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Line, Points, Rule
from attnkit.selection.entmax_kv.pages import certified_pages
from attnkit.selection.entmax_kv.threshold import support_threshold
from attnkit.selection.entmax_kv.toy import N_KEYS, ORDERS, topic_tokens
from attnkit.selection.shared.blocks import in_blocks
from attnkit.selection.shared.bounds import block_bounds

__all__ = ["CERTIFIED_PAGES"]

SIZES = (2, 4, 8, 16, 32)


def shares(query: Tensor, keys: Tensor, weights: Tensor, alpha: float) -> list[list[float]]:
    """Of pages of every size, the share that holds support and the share that is read."""
    needed = [in_blocks(weights > 0, size, dim=-1, fill=False).any(-1) for size in SIZES]
    read = [certified_pages(query, keys, size=size, alpha=alpha) for size in SIZES]
    return [[100 * each.double().mean().item() for each in row] for row in (needed, read)]


def compute(size: float, alpha: float, scale: float, order: str) -> Values:
    """Scores, bounds and threshold of the toy's row; and the pages read at every size."""
    query, keys = topic_tokens(order, scale)
    size = int(size)
    scores = (query @ keys.mT)[0] * query.shape[-1] ** -0.5
    weights = entmax(scores, alpha)
    needed, read = shares(query, keys, weights, alpha)
    here = SIZES.index(size)
    bounds = block_bounds(query, keys, size=size)[0].repeat_interleave(size)
    pages = certified_pages(query, keys, size=size, alpha=alpha)[0].repeat_interleave(size)
    return {
        "place": np.arange(N_KEYS, dtype=float),
        "scores": scores.numpy(),
        "bounds": bounds.numpy(),
        "read_bounds": bounds.where(pages, float("nan")).numpy(),
        "threshold": support_threshold(scores, alpha).item(),
        "weights": weights.numpy(),
        "sizes": np.array(SIZES, dtype=float),
        "needed": np.array(needed),
        "read": np.array(read),
        "now": np.array([float(size)]),
        "read_now": np.array([read[here]]),
        "share": read[here],
        "needed_share": needed[here],
        "support": float((weights > 0).sum()),
        "outside": weights[~pages].sum().item(),
    }


CERTIFIED_PAGES = Explorable(
    name="certified-pages",
    title="Pages that cannot matter",
    compute=compute,
    controls=[
        Steps("size", "page", SIZES, default=8, meaning="keys on a page"),
        Slider(
            "alpha",
            "α",
            stops=(1.1, 1.25, 1.5, 1.75, 2.0),
            default=1.5,
            step=0.05,
            meaning="order of entmax",
        ),
        Steps("scale", "query", (0.5, 1, 2, 4), default=2, meaning="length of the query"),
        Choice("order", "keys", ORDERS, default="topic after topic", meaning="how keys are laid"),
    ],
    panels=[
        Panel(
            Line("place", "bounds", label="bounds of pages", tone="muted", width=3),
            Line("place", "read_bounds", label="pages read", tone="support", width=4),
            Points("place", "scores", label="scores", size=5),
            Rule("threshold", axis="y", label="τ"),
            title="Bounds against the threshold",
            x=Axis("key", (-0.5, N_KEYS - 0.5)),
            y=Axis("score", (-11.5, 13.5)),
            main=True,
        ),
        Panel(
            Line("sizes", "read", label="read"),
            Line("sizes", "needed", label="hold weight", tone="muted", dash=True),
            Points("now", "read_now", size=8),
            title="Pages of every size",
            x=Axis("keys on a page", (1.8, 36), log=True),
            y=Axis("% of pages", (0, 104)),
        ),
        Panel(
            Bars("place", "weights", label="entmax"),
            title="Weights",
            x=Axis("key", (-0.5, N_KEYS - 0.5)),
            y=Axis("weight", (0, 1.02)),
        ),
    ],
    readouts=[
        Readout("support", "keys of positive weight", digits=0),
        Readout("needed_share", "pages that hold them", "%", digits=0),
        Readout("share", "pages read", "%", digits=0),
        Readout("outside", "weight on other pages"),
    ],
    depends={
        ("place", "sizes"): (),
        "scores": ("scale", "order"),
        ("threshold", "weights", "needed", "read", "support"): ("alpha", "scale", "order"),
        "bounds": ("size", "scale", "order"),
        "now": ("size",),
    },
    caption="""A page is read where its bound stands above τ, and the last page always; no dot above
    τ is ever on another page. Bounds are loose, so that more is read than holds weight. Mix
    the topics: every page of eight is read. Lay alike keys together, and most are out again.
    With α near 1 the threshold falls below all bounds, and nothing can be left out.""",
    alt="""Left, sixty-four scores as dots under the bounds of their pages as level lines, those
    read in another colour, with the threshold as a dashed line across. Beside it the share of pages
    read and of pages that hold weight against the page's size, and the weights as bars.""",
)
