"""Score every head, then take some out: which of them did the score name?"""

import functools

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Steps, Values
from attnkit.explore.marks import Band, Heat, Line, Points, Rule
from attnkit.interpretation.retrieval_heads.recorded import hunts

__all__ = ["HEADS_TAKEN_OUT"]

N_HEADS = 4
N_ALL = 2 * N_HEADS
HIGHEST, LOWEST, WORST = "highest score first", "lowest score first", "what costs most first"
ORDERS = (HIGHEST, LOWEST, WORST)
BITS = 2 ** np.arange(N_ALL)[::-1]


def recall(hunt: dict, kept: np.ndarray) -> float:
    """Recorded recall of a subset of heads (layer · head,)."""
    return hunt["subsets"][int(BITS @ kept)]


def each_gone(hunt: dict, kept: np.ndarray) -> np.ndarray:
    """Recall when one more head goes; NaN for those that are gone."""
    found = np.full(N_ALL, np.nan)
    for head in np.flatnonzero(kept):
        fewer = kept.copy()
        fewer[head] = False
        found[head] = recall(hunt, fewer)
    return found


@functools.cache
def path(haystack: int, model: int, order: str) -> list[np.ndarray]:
    """Heads kept after 0, 1, … 8 of them are gone, in this order."""
    hunt, kept = hunts(N_HEADS, haystack)[model], np.ones(N_ALL, dtype=bool)
    scores = np.ravel(hunt["scores"])
    found = [kept]
    for _ in range(N_ALL):
        costs = {HIGHEST: -scores, LOWEST: scores, WORST: each_gone(hunt, kept)}[order]
        kept = kept.copy()
        kept[np.nanargmin(np.where(kept, costs, np.nan))] = False
        found.append(kept)
    return found


def curves(haystack: int, order: str) -> np.ndarray:
    """Recall (model, heads gone)."""
    found = hunts(N_HEADS, haystack)
    return np.array(
        [[recall(hunt, kept) for kept in path(haystack, i, order)] for i, hunt in enumerate(found)]
    )


def compute(n_out: float, order: str, haystack: float, model: float) -> Values:
    """Scores and costs of the heads that are left, and recall along the way."""
    n, i = int(haystack), int(model) - 1
    hunt, kept = hunts(N_HEADS, n)[i], path(n, i, order)[int(n_out)]
    along = curves(n, order)
    scores = np.where(kept, np.ravel(hunt["scores"]), np.nan)
    return {
        "scores": scores.reshape(2, N_HEADS),
        "cost": (recall(hunt, kept) - each_gone(hunt, kept)).reshape(2, N_HEADS),
        "own": along[i],
        "low": along.min(0),
        "high": along.max(0),
        "at": np.array([n_out]),
        "here": along[i, [int(n_out)]],
        "recall": along[i, int(n_out)],
        "chance": float(np.mean(hunt["chance"])),
        "highest": hunt["highest"],
    }


HEADS = Axis("head", (0.5, N_HEADS + 0.5), ticks={h: str(h) for h in range(1, N_HEADS + 1)})
LAYERS = Axis("layer", (2.5, 0.5), ticks={1: "1", 2: "2"})
PLACES = {"x": range(1, N_HEADS + 1), "y": (1, 2)}

HEADS_TAKEN_OUT = Explorable(
    name="heads-taken-out",
    title="Scored, then taken out",
    compute=compute,
    controls=[
        Steps("n_out", "heads out", tuple(range(N_ALL + 1)), default=0, meaning="of eight"),
        Choice("order", "order", ORDERS, default=HIGHEST, meaning="which head goes next"),
        Steps("haystack", "haystack", (16, 32, 48), default=32, meaning="trained up to 32 tokens"),
        Steps("model", "model", (1, 2, 3, 4, 5), default=1, meaning="each from another seed"),
    ],
    panels=[
        Panel(
            Heat("scores", **PLACES, low=0, high=1),
            x=HEADS,
            y=LAYERS,
            title="Retrieval score",
        ),
        Panel(
            Heat("cost", **PLACES, low=0, high=1),
            x=HEADS,
            y=LAYERS,
            title="Recall lost if this head goes too",
        ),
        Panel(
            Band(range(N_ALL + 1), "low", "high", label="five models"),
            Line(range(N_ALL + 1), "own", label="this model", tone="density"),
            Points("at", "here", tone="accent", size=9),
            Rule(1 / 64, axis="y", label="a guess", tone="muted"),
            x=Axis("heads taken out", (-0.2, N_ALL + 0.2)),
            y=Axis("needle recalled", (0, 1.05)),
            main=True,
        ),
    ],
    readouts=[
        Readout("recall", "recall"),
        Readout("chance", "score by chance"),
        Readout("highest", "highest of 40 permutations"),
    ],
    depends={
        ("own",): ("order", "haystack", "model"),
        ("low", "high"): ("order", "haystack"),
        ("chance", "highest"): ("haystack", "model"),
        "at": ("n_out",),
    },
    caption="""Two layers of four heads write a needle of eight tokens out of a haystack. The first
    is the cue, so that no score passes 7/8. All of the second layer score high, so
    take out the head with the highest score: hardly anything happens.
    Now let go what costs most. Which head is it, and what was its score? At 48 tokens the needle is
    farther away than in training.""",
    alt="""Two tables of two layers by four heads, the retrieval score and the recall lost if that
    head is taken out too; beside them recall against the number of heads taken out, of one model
    and the range of five.""",
)
