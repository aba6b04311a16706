"""Learning curves by target and number of heads: closed form, with measured points on top."""

from functools import cache

import numpy as np

from attnkit.explore import Axis, Choice, Explorable, Line, Panel, Points, Readout, Steps, Values
from attnkit.random_features.recorded import errors
from attnkit.random_features.spectra import attention_spectrum, deep_sets_spectrum
from attnkit.random_features.suite import LABELS, powers
from attnkit.random_features.theory import predicted_errors

__all__ = ["LEARNING_CURVES"]

WIDTH = 16
KEYS = (4, 8, 16, 32, 64, 256)
SAMPLES = np.geomspace(32, 8192, 33).round().astype(int)
NAMES = {LABELS[name]: name for name in powers(WIDTH, 16)}
SEEN = {"attention": "attention", "deep sets": "deep_sets", "mlp": "mlp"}


@cache
def _spectra(keys: int):
    sizes = {"width": WIDTH, "n_keys": keys}
    return attention_spectrum(**sizes), deep_sets_spectrum(**sizes), powers(**sizes)


@cache
def _predicted(heads: int, keys: int) -> dict[str, list[np.ndarray]]:
    """For each target its curve by attention and by deep sets."""
    *spectra, table = _spectra(keys)
    n_features = heads * (WIDTH + 1)
    curves = [
        np.array(
            [
                predicted_errors(spectrum, [*table.values()], int(n), n_features=n_features)
                for n in SAMPLES
            ]
        ).T
        for spectrum in spectra
    ]
    return {name: list(each) for name, *each in zip(table, *curves, strict=True)}


def _measured(name: str, heads: int, keys: int) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Mean recorded errors: a curve at M = 1,000 and N = 16, one point on either axis off it."""
    models, sizes, curves = errors("random-features-learning-curves", name)
    if (heads, keys) == (1000, 16):
        return sizes, {key: curves[models.index(key), :, 0] for key in SEEN}
    shown = {key: np.full(len(sizes), np.nan) for key in SEEN}
    sweep = "random-features-heads" if keys == 16 else "random-features-length"
    models, values, table = errors(sweep, name)
    wanted = values == (heads if keys == 16 else keys)
    if wanted.any() and (keys == 16 or heads == 1000):
        for key in set(SEEN) & set(models):
            shown[key][sizes == 1024] = table[models.index(key), wanted, 0]
    return sizes, shown


def compute(target: str, heads: float, keys: float) -> Values:
    """Predicted and measured errors of one target, and predictions at 1,024 samples."""
    name, heads, keys = NAMES[target], int(heads), int(keys)
    attention, deep_sets = _predicted(heads, keys)[name]
    sizes, shown = _measured(name, heads, keys)
    at = int(np.flatnonzero(SAMPLES == 1024)[0])
    return {
        "n": SAMPLES,
        "attention": attention,
        "deep_sets": deep_sets,
        "size": sizes.astype(float),
        **{f"{SEEN[key]}_seen": values for key, values in shown.items()},
        "attention_at_1024": float(attention[at]),
        "deep_sets_at_1024": float(deep_sets[at]),
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
            (10, 30, 100, 300, 1000, 3000, 100_000),
            default=1000,
            meaning="deep sets and the perceptron get as many parameters",
        ),
        Steps("keys", "keys N", KEYS, default=16, meaning="size of the set"),
    ],
    panels=[
        Panel(
            Line("n", "attention", label="attention, predicted"),
            Line("n", "deep_sets", label="deep sets, predicted", tone="second", dash=True),
            Points("size", "attention_seen", label="attention", tone="density", size=9),
            Points("size", "deep_sets_seen", label="deep sets", tone="second", size=9),
            Points("size", "mlp_seen", label="multilayer perceptron", tone="value", size=9),
            x=Axis("samples n", (32, 8192), log=True),
            y=Axis("test error over variance", (0, 1.12)),
        )
    ],
    readouts=[
        Readout("attention_at_1024", "attention, predicted at n = 1,024"),
        Readout("deep_sets_at_1024", "deep sets, predicted at n = 1,024"),
    ],
    depends={("n", "size"): ()},
    caption="""Lines come from the spectrum of the kernel alone, dots are recorded means over five
    seeds at M = 1,000 and N = 16 (three seeds and n = 1,024 off these). d = 16.""",
    alt="""Test error against the number of samples on a logarithmic axis: predicted curves of
    attention and deep sets, and measured dots of these and a multilayer perceptron.""",
)
