"""A causal map with two sinks, before and after the second is turned down."""

import functools

import numpy as np
import torch
from torch import Tensor

from attnkit.densities import softmax
from attnkit.diagnostics import sink_share
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Heat, Line, Points, Rule
from attnkit.normalisation.act.act import calibrate_sinks

__all__ = ["CALIBRATED_SINKS"]

N, FIRST, SECOND = 20, 0, 7
CAUSAL = torch.ones(N, N, dtype=torch.bool).tril()


@functools.cache
def weights(strength: float) -> Tensor:
    """A causal map of quiet scores, its first key raised by two and a later one by `strength`."""
    generator = torch.Generator().manual_seed(0)
    scores = 0.5 * torch.randn(N, N, generator=generator, dtype=torch.float64)
    scores[:, FIRST] += 2.0
    scores[:, SECOND] += strength
    return softmax(scores, mask=CAUSAL)


def compute(beta: float, threshold: float, strength: float) -> Values:
    """Both maps, the share of each column, and the factor on a row's other keys."""
    before = weights(strength)
    after = calibrate_sinks(before, beta, threshold, CAUSAL)
    shares = sink_share(before, CAUSAL)
    flagged = [k for k in range(1, N) if shares[k] > threshold]
    flagged = flagged if shares[FIRST] > threshold else flagged[1:]
    others = torch.tensor([k for k in range(N) if k not in flagged])
    factor = after[:, others].sum(-1) / before[:, others].sum(-1)
    return {
        "before": before.where(CAUSAL, torch.nan).numpy(),
        "after": after.where(CAUSAL, torch.nan).numpy(),
        "place": np.arange(1.0, N + 1),
        "factor": factor.numpy(),
        "share": shares.numpy(),
        "threshold_line": threshold,
        "n_flagged": float(len(flagged)),
        "moved": (after - before).clamp_min(0).sum(-1).max().item(),
    }


CALIBRATED_SINKS = Explorable(
    name="calibrated-sinks",
    title="The second sink is turned down",
    compute=compute,
    controls=[
        Slider(
            "beta",
            "β",
            low=0.0,
            high=1.0,
            grid=(0.0, 1.0),
            default=0.4,
            step=0.1,
            meaning="what a flagged weight is multiplied by",
        ),
        Slider(
            "threshold",
            stops=(0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5),
            default=0.1,
            step=0.01,
            meaning="the mean weight above which a key is a sink",
        ),
        Slider(
            "strength",
            "second sink",
            stops=(0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0),
            default=2.0,
            step=0.5,
            meaning="added to every query's score of the eighth key",
        ),
    ],
    panels=[
        Panel(
            Heat("before", x="place", y="place", low=0.0, high=0.6),
            x=Axis("key"),
            y=Axis("query, before", (N + 0.5, 0.5)),
        ),
        Panel(
            Heat("after", x="place", y="place", low=0.0, high=0.6),
            x=Axis("key"),
            y=Axis("query, after", (N + 0.5, 0.5)),
            main=True,
        ),
        Panel(
            Rule("threshold_line", axis="y", label="threshold", tone="muted"),
            Points("place", "share", label="mean weight of the key", tone="density"),
            x=Axis("key", (0, N + 1)),
            y=Axis("mean weight", (0, 1.05)),
        ),
        Panel(
            Line("place", "factor", label="factor on other keys", tone="value"),
            x=Axis("query", (1, N)),
            y=Axis("factor", (1, 3)),
        ),
    ],
    readouts=[
        Readout("n_flagged", "keys turned down"),
        Readout("moved", "most mass moved in a row"),
    ],
    depends={
        "place": (),
        ("before", "share"): ("strength",),
        "threshold_line": ("threshold",),
        "n_flagged": ("threshold", "strength"),
    },
    caption="""Take β to zero: the second column goes dark, and in every row the other keys grow by
    one factor. Lower the threshold: ordinary keys count as sinks. Raise it above the first column's
    mean: now the second sink is the first that is flagged, and it stays.""",
    alt="""Two causal maps with bright first columns; the bright eighth column of the first map is
    fainter in the second. Below, the mean weight of each key against the threshold, and the factor
    by which other keys grow in each row.""",
)
