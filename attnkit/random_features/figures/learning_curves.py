"""Learning curves by target and number of heads: closed form, with measured points on top."""

from functools import cache

import numpy as np

from attnkit.explore import Choice, Explorable, Line, Panel, Points, Readout, Steps
from attnkit.random_features.harmonics import attention_spectrum, deep_sets_spectrum
from attnkit.random_features.recorded import errors
from attnkit.random_features.suite import LABELS, powers
from attnkit.random_features.theory import learning_curve

__all__ = ["LEARNING_CURVES"]

WIDTH = N_KEYS = 16
HEADS = (10, 30, 100, 300, 1000, 3000, 100_000)
SAMPLES = np.geomspace(32, 8192, 33).round()
NAMES = {LABELS[name]: name for name in powers(WIDTH, N_KEYS)}
MEASURED = 1000


@cache
def _spectra():
    sizes = {"width": WIDTH, "n_keys": N_KEYS}
    return attention_spectrum(**sizes), deep_sets_spectrum(**sizes), powers(**sizes)


@cache
def _predicted(name: str, heads: int) -> tuple[np.ndarray, np.ndarray]:
    attention, deep_sets, table = _spectra()
    n_features = heads * (WIDTH + 1)
    return (
        learning_curve(attention, table[name], SAMPLES, n_features=n_features),
        learning_curve(deep_sets, table[name], SAMPLES, n_features=n_features),
    )


def _measured(name: str, heads: int) -> dict[str, np.ndarray]:
    """Mean recorded errors; learning curves at 1,000 heads, one point at other numbers."""
    models, sizes, table = errors("random-features-learning-curves", name)
    rows = {model: table[place, :, 0] for place, model in enumerate(models)}
    shown = {model: np.full(len(sizes), np.nan) for model in models}
    if heads == MEASURED:
        shown = rows
    _, swept, sweep = errors("random-features-heads", name)
    if heads in swept and heads != MEASURED:
        shown["attention"][sizes == 1024] = sweep[0, swept == heads, 0]
    return {"size": sizes, **shown}


def compute(target: str, heads: float) -> dict[str, np.ndarray | float]:
    """Predicted and measured errors of one target, and the predicted error at 1,024 samples."""
    name, heads = NAMES[target], int(heads)
    attention, deep_sets = _predicted(name, heads)
    measured = _measured(name, heads)
    return {
        "n": SAMPLES,
        "attention": attention,
        "deep_sets": deep_sets,
        "size": measured["size"],
        "attention_seen": measured["attention"],
        "deep_sets_seen": measured["deep sets"],
        "mlp_seen": measured["mlp"],
        "at_1024": float(np.interp(np.log(1024), np.log(SAMPLES), attention)),
    }


LEARNING_CURVES = Explorable(
    name="attention-learning-curves",
    title="How many samples a target takes",
    compute=compute,
    controls=[
        Choice(
            "target",
            "target",
            tuple(NAMES),
            default=LABELS["key squared"],
            meaning="the mean over the keys of this function",
        ),
        Steps(
            "heads",
            "heads M",
            HEADS,
            default=MEASURED,
            meaning="deep sets and the perceptron get as many parameters",
        ),
    ],
    panels=[
        Panel(
            marks=[
                Line("n", "attention", label="attention, predicted"),
                Line("n", "deep_sets", label="deep sets, predicted", tone="second", dash=True),
                Points("size", "attention_seen", label="attention", tone="density", size=9),
                Points("size", "deep_sets_seen", label="deep sets", tone="second", size=9),
                Points("size", "mlp_seen", label="multilayer perceptron", tone="value", size=9),
            ],
            x_label="samples n",
            y_label="test error over variance",
            x_range=(32, 8192),
            y_range=(0, 1.12),
            x_log=True,
        )
    ],
    readouts=[Readout("at_1024", "attention, predicted at n = 1,024")],
    depends={"n": (), "size": ()},
    caption=(
        "Lines come from the spectrum of the kernel alone, dots are recorded means over five "
        "seeds at M = 1,000 (three seeds, n = 1,024 at other M). d = N = 16."
    ),
    alt=(
        "Test error against the number of samples on a logarithmic axis: predicted curves of "
        "attention and deep sets, and measured dots of these and a multilayer perceptron."
    ),
)
