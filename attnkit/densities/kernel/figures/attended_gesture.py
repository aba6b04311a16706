"""A recorded gesture asked where it resembles a piece of itself: several regions answer."""

import functools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from attnkit.densities.kernel import gesture_query
from attnkit.densities.kernel.gesture_query import CENTERS, PIECES
from attnkit.densities.kernel.normalisations import threshold_normalised
from attnkit.densities.shared.figures.own import (
    ACCELERATION,
    GESTURE_TIME,
    OWN_SIGNAL,
    SIGNAL_ENDS,
    midpoints,
    reach,
)
from attnkit.densities.values.thinned_gesture import fit, kept_samples
from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.batches import in_batches
from attnkit.explore.marks import Affine, Area, Line, Points, Rule
from attnkit.explore.presets import alpha_slider, intervals_drawn, padded, support_line

__all__ = ["ATTENDED_GESTURE"]

MOVEMENT = "movement, anywhere"
QUERIES = (*PIECES, MOVEMENT)
SHARPNESS = (3.0, 10.0, 30.0, 100.0, 300.0)
SHARES = (0.1, 0.2, 0.4)
NODES, MASSES = midpoints(1000)
SHOWN = slice(2, None, 5)
MOST_INTERVALS = 9


@functools.cache
def _fitted(share: float, own: tuple[float, ...]):
    return fit(*kept_samples(share, own=own))


@functools.cache
def answers(share: float, query: str, own: tuple[float, ...] = ()) -> Tensor:
    """How well each center answers the query; a reader's signal counts in units of its spread."""
    value = _fitted(share, own)
    spread = (_spread(own) / _spread(())) or 1.0 if own else 1.0
    if query == MOVEMENT:
        return gesture_query.energy(value, CENTERS) / spread**2
    return gesture_query.similarity(value, PIECES[query], CENTERS) / spread**2


def _spread(own: tuple[float, ...]) -> float:
    return kept_samples(1.0, own=own)[1].std(correction=0).item()


def compute(
    query: str, sharpness: float, alpha: float, share: float, *, signal: Collection[float] = ()
) -> Values:
    """Signal, score, threshold and support; both densities and what each reads."""
    asked = {"query": query, "sharpness": sharpness}
    (values,) = _answered(alpha, share, [asked], tuple(map(float, signal)))
    return values


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting: a batch for each alpha and share."""
    return in_batches(settings, ("alpha", "share"), _answered)


def _answered(
    alpha: float, share: float, asked: Sequence[Mapping], own: tuple[float, ...] = ()
) -> Iterator[Values]:
    """The figure's values for each query and its sharpness."""
    value, (times, samples) = _fitted(share, own), kept_samples(share, own=own)
    similar = [each["sharpness"] * answers(share, each["query"], own) for each in asked]
    density = gesture_query.density_for(torch.stack(similar), alpha)
    score = density.score(NODES)
    sparse, dense = density.prob(NODES), threshold_normalised(score, MASSES, 1.0)
    signal = value(NODES).squeeze(-1)
    elsewhere = ((dense * (sparse == 0)) @ MASSES).clamp(min=1e-16).log10()
    columns = {
        "seen": torch.where(sparse > 0, signal, math.nan)[:, SHOWN].numpy(),
        "score": score[:, SHOWN].numpy(),
        "threshold": density.threshold.tolist(),
        "sparse": (sparse / sparse.amax(-1, keepdim=True))[:, SHOWN].numpy(),
        "dense": (dense / dense.amax(-1, keepdim=True))[:, SHOWN].numpy(),
        "context": density.expectation(value).value.squeeze(-1).tolist(),
        "context_dense": ((dense * signal) @ MASSES).tolist(),
        "read": (density.prob(times) > 0).double().mean(-1).tolist(),
        "elsewhere": elsewhere.tolist(),
        "intervals": density.support_intervals(),
    }
    longest = len(kept_samples(SHARES[-1], own=own)[0])
    low, high = reach(signal, samples) if own else SIGNAL_ENDS
    shared = {
        "low": low,
        "high": high,
        "query_level": np.full(2, low + 0.04 * (high - low)),
        "time": NODES[SHOWN].numpy(),
        "signal": signal[SHOWN].numpy(),
        "sample_time": padded(times, longest),
        "sample": padded(samples, longest),
    }
    for each, *row in zip(asked, *columns.values(), strict=True):
        values = dict(zip(columns, row, strict=True))
        intervals, query = values.pop("intervals"), each["query"]
        drawn = {
            "query": math.nan if query == MOVEMENT else PIECES[query],
            "support": intervals_drawn(intervals, MOST_INTERVALS),
            "n_intervals": float(len(intervals)),
        }
        yield shared | values | drawn


PIECE = (-gesture_query.HALF_PIECE, gesture_query.HALF_PIECE)

ATTENDED_GESTURE = Explorable(
    name="attended-gesture",
    title="A gesture, asked about itself",
    compute=compute,
    compute_many=compute_many,
    controls=[
        Choice("query", "look for", QUERIES, default="drop", meaning="a piece of this recording"),
        Slider(
            "sharpness", stops=SHARPNESS, default=100.0, step=1.0, meaning="multiplies the score"
        ),
        alpha_slider((1.25, 1.5, 2.0), meaning="of the sparse density; 2 is kernel sparsemax"),
        Steps("share", "share kept", SHARES, default=0.2, meaning="of the recorded points"),
    ],
    free=[OWN_SIGNAL],
    panels=[
        Panel(
            Line("time", "signal", label="V(t)", tone="muted", width=1.8),
            Line("time", "seen", label="seen", width=5),
            Line(Affine("query", 1.0, PIECE), "query_level", label="query", tone="accent", width=6),
            Points("sample_time", "sample", label="samples", size=4),
            x=GESTURE_TIME,
            y=ACCELERATION,
        ),
        Panel(
            Line("time", "score", label="score f(t)", tone="muted"),
            Rule("threshold", axis="y", label="threshold τ"),
            support_line(),
            x=GESTURE_TIME,
            y=Axis("score"),
        ),
        Panel(
            Area("time", "sparse", label="sparse"),
            Line("time", "dense", label="kernel softmax", tone="value", dash=True),
            x=GESTURE_TIME,
            y=Axis("density, as a share of its peak"),
        ),
    ],
    readouts=[
        Readout("n_intervals", "intervals", digits=0),
        Readout("read", "share of the samples inside them"),
        Readout("context", "context, sparse"),
        Readout("context_dense", "context, kernel softmax"),
        Readout("elsewhere", "softmax mass outside them", log10=True),
    ],
    depends={
        ("time", "low", "high", "query_level"): (),
        "query": ("query",),
        ("signal", "sample_time", "sample"): ("share",),
        ("score", "dense", "context_dense"): ("query", "sharpness", "share"),
    },
    caption="""A piece of a recorded gesture is the query; the score says how much the signal
    resembles it, at 27 places with a kernel each. Kernel sparsemax reads the regions that answer,
    several at a time, and nothing else. Kernel softmax, with the same score, bets on the best of
    them and still leaves a trace everywhere.""",
    alt="""Left, a gesture with the attended parts drawn thick and the query marked; middle, the
    score with its threshold and the intervals above it; right, a sparse and a dense density.""",
    page_note="""In Jupyter it takes a signal of your own; the pieces are then cut out of it at the
    same places.""",
)
