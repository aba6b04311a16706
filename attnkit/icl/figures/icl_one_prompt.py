"""One prompt in one dimension, and what every predictor makes of it."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch

from attnkit.explore import Axis, Explorable, Panel, Readout, Slider, Text, Values
from attnkit.explore.batches import in_batches
from attnkit.explore.marks import Line, Points, Rule
from attnkit.explore.presets import padded
from attnkit.icl import predictors
from attnkit.icl.circuits import Circuits
from attnkit.icl.prompts import Prompts
from attnkit.icl.theory import debiased_gradient_descent_rate, gradient_descent_rate

__all__ = ["PROMPT_FIGURE", "parse_examples"]

NOISE = 0.1
MOST = 24
QUERIES = torch.linspace(-3, 3, 61, dtype=torch.float64)
PRESETS = {
    "a line": "-1.8:-1.5, -1.2:-0.9, -0.7:-0.8, -0.1:0.1, 0.3:0.2, 0.8:0.9, 1.4:1.0, 1.9:1.7",
    "an outlier": "-1.8:-1.5, -1.2:-0.9, -0.7:-0.8, -0.1:0.1, 0.3:0.2, 0.8:0.9, 1.4:1.0, 1.9:-2.5",
    "inputs all positive": "0.4:1.3, 0.7:1.2, 1.0:1.6, 1.3:1.4, 1.6:1.9, 1.9:1.8, 2.2:2.1, 2.5:2.4",
    "a parabola": "-1.8:1.6, -1.2:0.7, -0.7:0.3, -0.1:0.0, 0.3:0.0, 0.8:0.4, 1.4:1.0, 1.9:1.8",
    "two examples": "-0.9:-0.7, 1.1:0.9",
}


def parse_examples(text: str) -> torch.Tensor:
    """Read "x:y, x:y, ..." into a table (examples, 2), float64.

    Raises
    ------
    ValueError
        With what is wrong, for the reader.
    """
    try:
        rows = [[float(number) for number in pair.split(":")] for pair in text.split(",")]
    except ValueError:
        raise ValueError(f'examples must read like "-1:0.5, 2:1.5", got {text!r}') from None
    if any(len(row) != 2 for row in rows) or not np.isfinite(np.concatenate(rows)).all():
        raise ValueError("every example must be a pair of numbers, x:y")
    if len(rows) > MOST:
        raise ValueError(f"at most {MOST} examples, got {len(rows)}")
    return torch.tensor(rows, dtype=torch.float64)


def _pair_of_heads(scale: float, rate: float) -> Circuits:
    """The learned pattern in one dimension: heads (scale, gain) and (-scale, -gain)."""
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64)
    key_query, output_value = torch.zeros(2, 2, 1).double(), torch.zeros(2, 1, 2).double()
    key_query[:, 0, 0] = scale * signs
    output_value[:, 0, 1] = signs * rate / (2 * scale)
    return Circuits(key_query, output_value)


def compute(examples: str, query: float, scale: float) -> Values:
    """The prediction of every predictor as a function of the query."""
    return compute_many([{"examples": examples, "query": query, "scale": scale}])[0]


def compute_many(settings: Sequence[Mapping]) -> list[Values]:
    """What `compute` gives for each setting: predictors answer all queries of a prompt at once."""
    return in_batches(settings, ("examples", "scale"), _at_queries)


def _at_queries(examples: str, scale: float, settings: Sequence[Mapping]) -> Iterator[Values]:
    queries = [setting["query"] for setting in settings]
    table = parse_examples(PRESETS.get(examples, examples))
    asked = torch.cat([QUERIES, torch.tensor(queries, dtype=torch.float64)])
    answers = {name: _answers(p, table, asked) for name, p in _predictors(table, scale).items()}
    inputs, targets = (padded(column, MOST) for column in table.T)
    shared = {name: answer[: len(QUERIES)] for name, answer in answers.items()}
    shared |= {"line_at": QUERIES.numpy(), "inputs": inputs, "targets": targets}
    for place, query in enumerate(queries, start=len(QUERIES)):
        there = {f"{name}_there": answer[place].item() for name, answer in answers.items()}
        yield shared | there | {"query_at": query}


def _predictors(table: torch.Tensor, scale: float) -> dict:
    rate = debiased_gradient_descent_rate(1, len(table), NOISE)
    return {
        "ridge": predictors.BayesRidge(NOISE),
        "least_squares": predictors.LeastSquares(),
        "plain": predictors.GradientDescent(gradient_descent_rate(1, len(table), NOISE)),
        "debiased": predictors.DebiasedGradientDescent(rate),
        "smoother": predictors.KernelSmoother(scale),
        "heads": _pair_of_heads(scale, rate),
    }


def _answers(predictor, table: torch.Tensor, queries: torch.Tensor) -> np.ndarray:
    inputs, targets = (table[:, [place]].expand(len(queries), -1, 1) for place in (0, 1))
    prompts = Prompts(inputs, targets, queries[:, None], torch.zeros(len(queries), 1).double())
    return predictor(prompts)[:, 0].numpy()


LINES = [
    Line("line_at", "ridge", label="Bayes ridge", tone="support"),
    Line("line_at", "least_squares", label="least squares", tone="muted"),
    Line("line_at", "plain", label="gradient descent", tone="second", dash=True),
    Line("line_at", "debiased", label="debiased descent"),
    Line("line_at", "smoother", label="kernel smoother", tone="accent", dash=True),
    Line("line_at", "heads", label="pair of heads", tone="value"),
]

PROMPT_FIGURE = Explorable(
    name="icl-one-prompt",
    title="One prompt, every predictor",
    compute=compute,
    compute_many=compute_many,
    controls=[
        Text(
            "examples",
            "examples",
            tuple(PRESETS),
            meaning="pairs of x and y; in Jupyter a name, or pairs of your own: -1:0.5, 2:1.5",
        ),
        Slider(
            "query", "query x", low=-3, high=3, default=1.5, step=0.1, meaning="where to predict"
        ),
        Slider(
            "scale",
            "scale ω",
            low=0.05,
            high=2,
            default=0.2,
            step=0.05,
            meaning="of the pair of heads, and the sharpness of the smoother",
        ),
    ],
    panels=[
        Panel(
            *LINES,
            Points("inputs", "targets", label="examples", tone="muted", size=9),
            Rule("query_at"),
            x=Axis("x", (-3, 3)),
            y=Axis("y", (-3.5, 3.5)),
        )
    ],
    readouts=[Readout(f"{line.y}_there", line.label, digits=2) for line in LINES],
    depends={
        "line_at": (),
        "query_at": ("query",),
        ("inputs", "targets", "ridge", "least_squares", "plain", "debiased"): ("examples",),
        ("smoother", "heads"): ("examples", "scale"),
        ("ridge_there", "least_squares_there", "plain_there"): ("examples", "query"),
        "debiased_there": ("examples", "query"),
    },
    tolerance=2e-2,
    page_note="In Jupyter the examples are free text; here they are presets.",
    caption="""Linear predictors pass through the origin. At small scale the pair of heads is
    debiased descent; at large scale it bends, for softmax then picks single examples. All assume
    inputs and weights of variance 1 and noise 0.1.""",
    alt="""Example points, and six prediction curves through them: straight lines of different
    slope, a bounded S-shaped smoother, and the curve of a pair of heads.""",
)
