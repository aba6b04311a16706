"""A needle behind landmarks: which blocks a row enters, and what they get."""

import numpy as np
import torch

from attnkit.explore import Axis, Choice, Explorable, Panel, Readout, Slider, Steps, Values
from attnkit.explore.marks import Bars, Line, Points, Rule
from attnkit.selection.landmark.landmark import landmark_keys, landmark_weights
from attnkit.selection.landmark.toy import (
    LANDMARKS,
    N_KEYS,
    NEEDLE,
    RECENT,
    landmarks_of,
    needle_row,
)

__all__ = ["LANDMARK_BLOCKS"]

FIRST_RECENT = float(N_KEYS - int(RECENT.sum())) - 0.5


def compute(size: float, kept: float, height: float, kind: str) -> Values:
    """Scores with their landmarks, and both softmaxes."""
    scores, size = needle_row(height), int(size)
    landmarks = landmarks_of(scores, size, kind)
    given = {"size": size, "n_kept": int(kept), "landmarks": landmarks, "recent": RECENT}
    exact, weights = scores.softmax(-1), landmark_weights(scores, **given)
    looked = landmark_keys(scores, **given)
    over_keys = landmarks.repeat_interleave(size)[:N_KEYS]
    return {
        "place": np.arange(N_KEYS, dtype=float),
        "scores": scores.numpy(),
        "landmarks": over_keys.where(~RECENT, torch.nan).numpy(),
        "entered": over_keys.where(looked & ~RECENT, torch.nan).numpy(),
        "exact": exact.numpy(),
        "weights": weights.numpy(),
        "mass": exact[looked].sum().item(),
        "needle": weights[NEEDLE].item(),
        "needle_exact": exact[NEEDLE].item(),
        "recent": weights[RECENT].sum().item(),
        "recent_exact": exact[RECENT].sum().item(),
    }


LANDMARK_BLOCKS = Explorable(
    name="landmark-blocks",
    title="Blocks behind landmarks",
    compute=compute,
    controls=[
        Steps("size", "B", (4, 8, 16, 32, 64), default=8, meaning="keys in a block"),
        Steps("kept", "blocks", tuple(range(1, 9)), default=2, meaning="blocks that are entered"),
        Slider(
            "height",
            "needle",
            stops=(0.0, 2.0, 4.0, 6.0, 8.0),
            default=4.0,
            step=1.0,
            meaning="score of key 21",
        ),
        Choice("kind", "landmark", LANDMARKS, default="mean", meaning="what stands for a block"),
    ],
    panels=[
        Panel(
            Line("place", "landmarks", label="landmarks", tone="muted", width=3),
            Line("place", "entered", label="entered", tone="support", width=4),
            Points("place", "scores", label="scores", size=5),
            Rule(FIRST_RECENT, label="recent"),
            title="Scores, and what stands for a block",
            x=Axis("key", (-0.5, N_KEYS - 0.5)),
            y=Axis("score", (-3.6, 8.4)),
            main=True,
        ),
        Panel(
            Line("place", "exact", label="softmax", tone="muted"),
            Bars("place", "weights", label="landmark attention"),
            Rule(FIRST_RECENT),
            title="Weights",
            x=Axis("key", (-0.5, N_KEYS - 0.5)),
            y=Axis("weight", (0, 1.02)),
        ),
    ],
    readouts=[
        Readout("mass", "softmax mass of the keys looked at"),
        Readout("recent", "weight of the recent keys"),
        Readout("recent_exact", "recent keys under softmax"),
        Readout("needle", "weight of the needle"),
        Readout("needle_exact", "needle under softmax"),
    ],
    depends={
        "place": (),
        ("scores", "exact", "needle_exact", "recent_exact"): ("height",),
        "landmarks": ("size", "height", "kind"),
    },
    caption="""Two blocks of eight are entered. Their means do not see the needle; the log-sum-exp
    does. Now enter seven, that is all: with the mean the recent keys still hold nine times what
    softmax gives them, for a block of B keys speaks with the voice of one. Log B mends most of it,
    the log-sum-exp all. At B = 32 two blocks are every key, and the mean hides the needle.""",
    alt="""Left, sixty-four scores as dots with one high needle, and over each block its landmark
    as a level line, those entered in another colour. Right, the weights of landmark attention as
    bars over the softmax weights as a line; a dashed line marks where the recent keys begin.""",
)
