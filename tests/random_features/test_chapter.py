"""The numbers printed in the chapters are those of the recorded results."""

from pathlib import Path

import numpy as np
import pytest

from attnkit.experiments import load
from attnkit.random_features import log_slope
from attnkit.random_features.recorded import errors
from attnkit.random_features.suite import LABELS, MODELS

BOOK = Path(__file__).parents[2] / "book" / "random_features"
CURVES = "random-features-learning-curves"


def rows(chapter, start):
    """Cells of the table whose first cell is `start`, by the first cell of each row."""
    lines = (BOOK / chapter).read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith(f"| {start} |"))
    table = []
    for line in lines[at:]:
        if not line.startswith("|"):
            break
        table.append([cell.strip(" *") for cell in line.strip("|").split("|")])
    return {row[0]: row[1:] for row in table}


def printed(numbers):
    return f"{numbers[0]:.3f} ({numbers[1]:.3f}–{numbers[2]:.3f})"


@pytest.mark.parametrize("name", LABELS)
def test_the_table_of_targets(name):
    models, sizes, table = errors(CURVES, name)
    wanted = [printed(table[models.index(model), sizes == 1024][0]) for model in MODELS]
    found = rows("2_how_many_samples.md", "mean over keys of")
    assert found["mean over keys of"] == list(MODELS)
    assert found[LABELS[name]] == wanted


@pytest.mark.parametrize(
    ("row", "model", "name"),
    [
        ("attention, ⟨β,k⟩²", "attention", "key squared"),
        ("biased attention, relu⟨q,k⟩·⟨β,k⟩", "biased attention", "rectified match"),
    ],
)
def test_the_table_of_heads(row, model, name):
    models, heads, table = errors("random-features-heads", name)
    found = rows("2_how_many_samples.md", "heads M")
    assert found["heads M"] == [f"{number:,}" for number in heads]
    assert found[row] == [printed(numbers) for numbers in table[models.index(model)]]


def test_the_table_of_lengths():
    models, keys, table = errors("random-features-length", "key squared")
    found = rows("2_how_many_samples.md", "keys N")
    assert found["keys N"] == [str(number) for number in keys]
    for model in ("attention", "deep sets", "mlp"):
        numbers = table[models.index(model)]
        wanted = ["–" if np.isnan(three[0]) else printed(three) for three in numbers]
        assert found[model] == wanted


NAMES = {
    "multilayer perceptron": "mlp",
    "the mean, or no change": "query as answer",
}


def test_the_table_of_vowels():
    units = load("random-features-vowels")["units"]
    found = rows("3_real_sets.md", "learner")
    for name, (speaker, right, forecast) in list(found.items())[2:]:
        mine = [u for u in units if u["case"]["learner"] == NAMES.get(name, name)]
        for task, cell in (("speaker", speaker), ("forecast", forecast)):
            seen = [u["result"]["error"] for u in mine if u["case"]["task"] == task]
            whole = printed((np.mean(seen), min(seen), max(seen))).split()
            assert [part.strip("*") for part in cell.split()] == whole[: len(cell.split())]
        shares = [u["result"]["right"] for u in mine if u["case"]["task"] == "speaker"]
        assert right == f"{np.mean(shares):.1%}"


@pytest.mark.claim("heads-converge")
@pytest.mark.parametrize("bias_scale", [0.0, 4.0])
def test_the_recorded_slope_is_minus_one_half(bias_scale):
    units = load("random-features-convergence")["units"]
    mine = [u for u in units if u["case"]["bias_scale"] == bias_scale]
    heads = sorted({u["case"]["n_heads"] for u in mine})
    errors_at = [[u["result"]["error"] for u in mine if u["case"]["n_heads"] == m] for m in heads]
    rms = np.sqrt(np.square(errors_at).mean(axis=1))
    slope = log_slope(np.array(heads), rms)
    assert slope.low < -0.5 < slope.high
    text = (BOOK / "1_what_a_head_can_express.md").read_text(encoding="utf-8")
    for number in slope:
        assert f"{number:.3f}" in text
