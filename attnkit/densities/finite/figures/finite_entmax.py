"""A row of scores and its weights: how the alpha family chooses among finitely many keys."""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
import torch

from attnkit import diagnostics
from attnkit.densities.finite import entmax
from attnkit.densities.shared.figures.own import reach
from attnkit.explore import Axis, Explorable, Numbers, Panel, Readout, Slider, Steps, Values
from attnkit.explore.batches import in_batches
from attnkit.explore.marks import Bars, Points, Rule
from attnkit.explore.presets import alpha_slider, padded

__all__ = ["FINITE_ENTMAX", "scores_for"]

N_SHOWN = 12
# Where the page stops: round numbers, and both sides of the gaps at which a row becomes one-hot.
ALPHAS = (0.5, 0.75, 1.0, 1.05, 1.1, 1.2, 1.25, 1.35, 1.5, 1.6, 1.75, 2.0, 2.25, 2.5, 3.0, 3.5, 4.0)
GAPS = (0.0, 0.1, 0.25, 0.45, 0.5, 0.75, 0.9, 1.0, 1.25, 1.5, 1.75, 1.9, 2.0, 2.5, 3.0, 3.5, 4.0)


def scores_for(gap: float, rivals: int) -> torch.Tensor:
    """A best key `gap` ahead of the second best, and rivals whose scores repeat every eleven."""
    below = torch.arange(int(rivals)) % (N_SHOWN - 1)
    return torch.cat([torch.tensor([gap], dtype=torch.float64), -0.2 * below.double()])


def compute(
    alpha: float, temperature: float, gap: float, rivals: int, *, scores: Collection[float] = ()
) -> Values:
    """Weights of the first dozen keys, the threshold in units of the scores, and diagnostics.

    A reader's own `scores` take the place of gap and rivals, and all of their keys are shown.
    """
    own = torch.tensor([*map(float, scores)], dtype=torch.float64)
    row = own if len(own) else scores_for(gap, rivals)
    heated = {"temperature": temperature}
    (values,) = _weighed(alpha, row[None], [heated], n_shown=len(own) or N_SHOWN)
    if len(own):
        values["low"], values["high"] = reach(own, values["threshold"])
    return values


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting: one batch for each alpha and number of rivals."""
    return in_batches(settings, ("alpha", "rivals"), _batch)


def _batch(alpha: float, rivals: int, settings: Sequence[Mapping]) -> Iterator[Values]:
    rows = torch.stack([scores_for(setting["gap"], rivals) for setting in settings])
    return _weighed(alpha, rows, settings, N_SHOWN)


def _weighed(
    alpha: float, rows: torch.Tensor, settings: Sequence[Mapping], n_shown: int
) -> Iterator[Values]:
    """The figure's values for each row of scores (row, key) and its temperature."""
    heat = torch.tensor([setting["temperature"] for setting in settings], dtype=torch.float64)
    weights = entmax(rows / heat.unsqueeze(-1), alpha)
    best, top = weights.amax(-1), rows.amax(-1)
    none = torch.full_like(heat, math.nan)
    columns = {
        "score": padded(rows[:, :n_shown], n_shown),
        "weight": padded(weights[:, :n_shown], n_shown),
        "threshold": (_threshold(top, best, alpha, heat) if alpha > 1 else none).tolist(),
        "critical_gap": (heat / (alpha - 1) if alpha > 1 else none).tolist(),
        "best": best.tolist(),
        "entropy": diagnostics.entropy(weights).abs().tolist(),
        "effective": diagnostics.effective_number(weights).tolist(),
        "support": diagnostics.support_size(weights).tolist(),
    }
    axes = {"key": np.arange(1, n_shown + 1), "last": n_shown + 0.7, "low": -3.2, "high": 4.4}
    for values in zip(*columns.values(), strict=True):
        yield axes | dict(zip(columns, values, strict=True))


def _threshold(
    score: torch.Tensor, weight: torch.Tensor, alpha: float, temperature: torch.Tensor
) -> torch.Tensor:
    """Solve weight = [(alpha - 1) (score / temperature - threshold)]^(1 / (alpha - 1))."""
    return score - temperature * weight ** (alpha - 1) / (alpha - 1)


FINITE_ENTMAX = Explorable(
    name="finite-entmax",
    title="Scores to weights",
    compute=compute,
    compute_many=compute_many,
    controls=[
        alpha_slider(
            ALPHAS,
            default=1.0,
            meaning="1 softmax, 2 sparsemax; larger is sparser, below 1 no zero",
        ),
        Slider(
            "temperature",
            stops=(0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0),
            default=1.0,
            step=0.05,
            meaning="scores are divided by it",
        ),
        Slider(
            "gap",
            stops=GAPS,
            default=1.0,
            step=0.05,
            meaning="how far the best score is ahead of the second best",
        ),
        Steps(
            "rivals",
            "rivals",
            (1, 2, 4, 8, 11, 16, 32, 64, 128, 256),
            default=11,
            meaning="other keys; beyond eleven they repeat the scores shown",
        ),
    ],
    free=[
        Numbers(
            "scores",
            "your own scores",
            least=2,
            most=1000,
            meaning="one for each key, in place of gap and rivals",
        )
    ],
    panels=[
        Panel(
            Points("key", "score", label="score", tone="density", size=9),
            Rule("threshold", axis="y", label="threshold"),
            x=Axis("key", (0.3, "last")),
            y=Axis("score", ("low", "high")),
        ),
        Panel(
            Bars("key", "weight", label="weight"),
            x=Axis("key", (0.3, "last")),
            y=Axis("weight of one key", (0, 1.04)),
            main=True,
        ),
    ],
    readouts=[
        Readout("best", "weight of the best key"),
        Readout("support", "keys with a weight", digits=0),
        Readout("effective", "effective keys", digits=2),
        Readout("entropy", "entropy", unit="nats"),
        Readout("threshold", "threshold", undefined="none up to α = 1"),
        Readout("critical_gap", "critical gap", undefined="infinite"),
    ],
    depends={
        ("key", "last", "low", "high"): (),
        "score": ("gap", "rivals"),
        "critical_gap": ("alpha", "temperature"),
    },
    caption="""Key 1 is the best, ahead of key 2 by the gap; up to 256 rivals compete. For α above 1
    the horizontal line is the threshold: a key whose score is below it gets a weight of exactly
    zero. Softmax, α = 1, has no such line; below 1 far keys keep more than softmax leaves them.""",
    alt="""Left, dots for the scores of twelve keys and, for α above 1, the threshold as a line;
    right, bars of their attention weights, which sum to one over all keys.""",
    page_note="In Jupyter it takes a row of your own scores.",
)
