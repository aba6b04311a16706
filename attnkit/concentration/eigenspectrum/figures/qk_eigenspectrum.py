"""One head whose matrix has the eigenvalues asked for: its map, and its place between collapses."""

import functools
import math

import numpy as np
import torch

from attnkit.concentration.eigenspectrum.ensemble import bilinear_scores, score_matrix
from attnkit.concentration.eigenspectrum.localisation import localisation
from attnkit.concentration.eigenspectrum.self_weight import self_weight
from attnkit.concentration.eigenspectrum.spectrum import spectrum
from attnkit.densities import softmax
from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Values
from attnkit.explore.marks import Band, Heat, Line, Points
from attnkit.explore.presets import one_point

__all__ = ["QK_EIGENSPECTRUM"]

N_TOKENS, WIDTH = 32, 64
TRACES = tuple(float(trace) for trace in range(13))
AXIS = np.linspace(0.0, 12.0, 49)
SPREADS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
RANK_CORNER, ENTROPY_CORNER = (0.9, 0.8), (0.1, 0.2)


@functools.cache
def _tokens() -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randn(N_TOKENS, WIDTH, generator=generator, dtype=torch.float64)


def head(trace: float, spread: float) -> tuple[torch.Tensor, torch.Tensor]:
    """The score matrix, and the weights that softmax makes of its scores."""
    matrix = score_matrix(WIDTH, trace, spread, generator=torch.Generator().manual_seed(0))
    return matrix, softmax(bilinear_scores(_tokens(), matrix))


@functools.cache
def _path(spread: float) -> dict[str, np.ndarray]:
    """Entropy and cosine of outputs at every trace, whichever is shown, and the law."""
    generator = torch.Generator().manual_seed(0)
    strange = bilinear_scores(_tokens(), score_matrix(WIDTH, 0.0, 1.0, generator=generator))
    shares = torch.from_numpy(AXIS / WIDTH).view(-1, 1, 1)
    weights = softmax(shares * (_tokens() @ _tokens().mT) + spread * strange)
    place = localisation(weights, _tokens().expand(len(AXIS), -1, -1))
    law = [self_weight(trace, spread, width=WIDTH, n_keys=N_TOKENS) for trace in AXIS]
    return {
        "path_entropy": place.entropy.numpy(),
        "path_cosine": place.cosine.numpy(),
        "law": np.array(law),
    }


def compute(trace: float, spread: float) -> Values:
    """The weights, the head's place on the map and the path that the trace takes through it."""
    matrix, weights = head(trace, spread)
    place = localisation(weights, _tokens())
    return {
        "weights": weights.numpy().round(3),
        **_path(spread),
        "trace_axis": AXIS,
        "trace_now": trace,
        "entropy": place.entropy.item(),
        "cosine": place.cosine.item(),
        "own": place.self_weight.item(),
        "scale": spectrum(matrix).scale.item(),
        "margin": trace - math.log(N_TOKENS - 1),
    }


QK_EIGENSPECTRUM = Explorable(
    name="qk-eigenspectrum",
    title="Two numbers of a matrix, and where its head looks",
    compute=compute,
    controls=[
        Slider(
            "trace",
            stops=TRACES,
            default=3.0,
            step=1.0,
            meaning="sum of the 64 eigenvalues, what a token scores with itself in the mean",
        ),
        Slider(
            "spread",
            stops=SPREADS,
            default=0.0,
            step=0.1,
            meaning="standard deviation of the 64 eigenvalues",
        ),
    ],
    panels=[
        Panel(
            Heat("weights", low=0.0, high=1.0, label="weight"),
            title="Who looks at whom",
            x=Axis("key", (-0.5, N_TOKENS - 0.5)),
            y=Axis("query", (N_TOKENS - 0.5, -0.5)),
            square=True,
            main=True,
        ),
        Panel(
            Band((RANK_CORNER[0], 1.0), (RANK_CORNER[1],) * 2, (1.0, 1.0), "rank collapse"),
            Band(
                (0.0, ENTROPY_CORNER[0]),
                (-0.05, -0.05),
                (ENTROPY_CORNER[1],) * 2,
                "entropy collapse",
                tone="accent",
            ),
            Line("path_entropy", "path_cosine", label="as the trace moves", tone="muted"),
            Points(one_point("entropy"), one_point("cosine"), label="this head", size=10),
            title="Between two collapses",
            x=Axis("entropy / log n", (0.0, 1.0)),
            y=Axis("cosine between outputs", (-0.05, 1.0)),
        ),
        Panel(
            Line("trace_axis", "law", label="law", tone="muted"),
            Points(one_point("trace_now"), one_point("own"), label="this head", size=10),
            title="Weight on oneself",
            x=Axis("trace", (0.0, 12.0)),
            y=Axis("mean weight on oneself", (0.0, 1.0)),
        ),
    ],
    readouts=[
        Readout("entropy", "entropy / log n"),
        Readout("cosine", "cosine between outputs"),
        Readout("own", "weight on oneself"),
        Readout("scale", "scale of scores between strangers"),
        Readout("margin", "trace above log(n − 1)"),
    ],
    depends={
        ("path_entropy", "path_cosine", "law"): ("spread",),
        "trace_axis": (),
        ("trace_now", "margin"): ("trace",),
    },
    caption="""32 tokens of 64 normal features, and a score matrix with the eigenvalues you ask for.
    With spread 0 raise the trace: the dot leaves one shaded corner, crosses the plane while the
    diagonal lights up, and ends in the other. Then raise the spread at trace 0: entropy falls too,
    and the diagonal stays dark. The law holds while strangers' scores have a scale below 2.""",
    alt="""Left, a heat map of the attention of 32 tokens on each other; middle, a plane of entropy
    against cosine between outputs with a corner shaded for each collapse, the head as a dot on the
    path it takes as the trace grows; right, its mean weight on itself against the trace, on the
    curve of a law.""",
)
