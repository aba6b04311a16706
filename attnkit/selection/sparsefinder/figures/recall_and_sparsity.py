"""Share of a sparse row's keys found, against the share of keys kept, by number of coordinates."""

import numpy as np

from attnkit.explore import Axis, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Band, Line, Points
from attnkit.selection.sparsefinder.recorded import recall

__all__ = ["RECALL_AND_SPARSITY"]

KEPT = np.array([1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2])


def compute(n_features: float, part: float) -> Values:
    """Recorded recall, mean and range over three seeds; the density of buckets by its formula."""
    kinds = recall(int(n_features))
    at = [32, 16, 8, 4, 2].index(int(part))
    found = {name: rows.mean(0) for name, rows in kinds.items()}
    n_buckets = np.arange(2.0, 33.0)
    return {
        "kept": KEPT,
        "learned": found["learned"],
        "low": kinds["learned"].min(0),
        "high": kinds["learned"].max(0),
        "random": found["random"],
        "now": KEPT[[at]],
        "learned_now": found["learned"][[at]],
        "random_now": found["random"][[at]],
        "buckets": n_buckets,
        "one": 1 / n_buckets,
        "any": 1 - (1 - 1 / n_buckets) ** n_features,
        "of_learned": found["learned"][at],
        "of_random": found["random"][at],
    }


RECALL_AND_SPARSITY = Explorable(
    name="recall-and-sparsity",
    title="What a few coordinates recall",
    compute=compute,
    controls=[
        Steps("n_features", "coordinates r", (1, 2, 4, 8), default=4, meaning="of the projection"),
        Steps("part", "one key in", (32, 16, 8, 4, 2), default=8, meaning="where it is read off"),
    ],
    panels=[
        Panel(
            Line("kept", "kept", label="keys at random", tone="muted", dash=True),
            Line("kept", "random", label="random coordinates", tone="value"),
            Band("kept", "low", "high", tone="density"),
            Line("kept", "learned", label="learned coordinates", tone="density"),
            Points("now", "learned_now", tone="density", size=8),
            Points("now", "random_now", tone="value", size=8),
            title="Keys of the support that are found",
            x=Axis("share of keys kept", (0.03, 0.52), log=True),
            y=Axis("recall", (0, 1)),
            main=True,
        ),
        Panel(
            Line("buckets", "one", label="1/B", tone="muted", dash=True),
            Line("buckets", "any", label="a bucket in any coordinate"),
            title="Density of B buckets",
            x=Axis("buckets B", (2, 32)),
            y=Axis("share of pairs", (0, 1)),
        ),
    ],
    readouts=[
        Readout("of_learned", "recall, learned"),
        Readout("of_random", "recall, random"),
    ],
    depends={
        ("kept", "buckets", "one"): (),
        ("learned", "random", "low", "high", "any"): ("n_features",),
        "now": ("part",),
    },
    caption="""Supports of entmax-1.5 rows of a trained encoder, on passages that the projection has
    not seen; the band is the range of three seeds. With r from 1 to 8 learned and random
    coordinates both find more: look at what learning adds at equal density. Right: eight
    coordinates of sixteen buckets keep two pairs in five, not one in sixteen.""",
    alt="""Left, recall against the share of keys kept: learned coordinates above random ones, both
    above the diagonal. Right, share of pairs that share a bucket in any coordinate against the
    number of buckets, above one over B.""",
)
