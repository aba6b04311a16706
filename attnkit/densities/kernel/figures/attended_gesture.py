"""A recorded gesture asked where it resembles a piece of itself: several regions answer."""

import functools
import math
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor

from attnkit.densities.kernel import gesture_query
from attnkit.densities.kernel.gesture_query import CENTERS, PIECES
from attnkit.densities.kernel.normalisations import threshold_normalised
from attnkit.densities.shared.figures.own import GESTURE_TIME, SIGNAL_ENDS, midpoints
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
def _fitted(share: float):
    return fit(*kept_samples(share))


@functools.cache
def answers(share: float, query: str) -> Tensor:
    """How well each center answers the query."""
    value = _fitted(share)
    if query == MOVEMENT:
        return gesture_query.energy(value, CENTERS)
    return gesture_query.similarity(value, PIECES[query], CENTERS)


def compute(query: str, sharpness: float, alpha: float, share: float) -> Values:
    """Signal, score, threshold and support; both densities and what each reads."""
    (values,) = _answered(alpha, share, [{"query": query, "sharpness": sharpness}])
    return values


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting: a batch for each alpha and share."""
    return in_batches(settings, ("alpha", "share"), _answered)


def _answered(alpha: float, share: float, asked: Sequence[Mapping]) -> Iterator[Values]:
    """The figure's values for each query and its sharpness."""
    value, (times, samples) = _fitted(share), kept_samples(share)
    similar = [each["sharpness"] * answers(share, each["query"]) for each in asked]
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
    longest = len(kept_samples(SHARES[-1])[0])
    shared = {
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
    panels=[
        Panel(
            Line("time", "signal", label="V(t)", tone="muted", width=1.8),
            Line("time", "seen", label="seen", width=5),
            Line(Affine("query", 1.0, PIECE), [-0.3, -0.3], label="query", tone="accent", width=6),
            Points("sample_time", "sample", label="samples", size=4),
            x=GESTURE_TIME,
            y=Axis("acceleration (1 at rest)", SIGNAL_ENDS),
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
        "time": (),
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
)
