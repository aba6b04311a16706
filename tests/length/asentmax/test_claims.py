"""The claims on adaptive-scalable entmax, on rows and seeds that they do not measure."""

from pathlib import Path

import pytest
import torch

from attnkit.densities import entmax
from attnkit.diagnostics import support_size
from attnkit.length import asentmax_weights
from attnkit.length.asentmax import claims
from attnkit.length.asentmax.recorded import needle_table
from attnkit.length.shared.needle import needle_weights


@pytest.mark.claim("alone-from")
def test_a_key_is_alone_from_a_scale_that_does_not_know_n():
    measured = claims.alone_from()
    assert all(keys == 1 for name, keys in measured.items() if "1.01" in name)
    assert all(keys > 1 for name, keys in measured.items() if "0.99" in name)


@pytest.mark.claim("alone-from")
@pytest.mark.parametrize("alpha", [1.2, 1.5, 1.8, 2.0, 2.5])
@pytest.mark.parametrize("n_keys", [2, 13, 1009])
def test_it_is_the_lead_over_the_best_rival_that_counts(alpha, n_keys):
    generator = torch.Generator().manual_seed(n_keys)
    row = torch.randn(n_keys, generator=generator, dtype=torch.float64)
    first, second = row.topk(2).values.tolist()
    least = 1 / ((alpha - 1) * (first - second))
    assert support_size(entmax(1.001 * least * row, alpha)) == 1
    assert support_size(entmax(0.999 * least * row, alpha)) > 1


@pytest.mark.claim("needle-alone")
def test_the_needle_has_everything_at_every_length():
    measured = claims.needle_alone()
    assert measured["adaptive-scalable entmax, least weight"] >= 0.999
    assert measured["adaptive-scalable entmax, most keys"] < 1.1
    assert measured["entmax, least weight"] < 0.5
    for seed, n in enumerate((101, 2003, 32749), start=7):
        found = needle_weights(
            lambda rows: asentmax_weights(rows, 0.5, 1.0),
            11,
            n,
            gap=3.0,
            spread=0.5,
            generator=torch.Generator().manual_seed(seed),
        )
        assert found.mean() > 0.999


@pytest.mark.claim("same-scale")
def test_the_scale_alone_buys_most_of_it():
    measured = claims.same_scale()
    gained = measured["adaptive-scalable entmax"] - measured["softmax"]
    assert measured["its scale, softmax"] - measured["softmax"] > 0.9 * gained
    table = needle_table(0.5)
    scaled, sparse = (table[name]["weight"][-1] for name in ("its scale, softmax", "entmax"))
    assert (scaled > 2 * sparse).all()  # in every seed


@pytest.mark.claim("too-noisy")
def test_no_map_finds_a_needle_below_its_rivals():
    measured = claims.too_noisy()
    assert len(measured) == 7
    assert max(measured.values()) < 0.01
    for seed in range(3):
        found = needle_weights(
            lambda rows: asentmax_weights(rows, 0.5, 1.0),
            11,
            16384,
            gap=3.0,
            spread=1.0,
            generator=torch.Generator().manual_seed(100 + seed),
        )
        assert found.mean() < 0.01


ROWS = {
    "softmax": "softmax",
    "scalable softmax, $s = 0.43$": "scalable softmax",
    r"entmax, $\alpha = 1.5$": "entmax",
    "sparsemax": "sparsemax",
    r"adaptive, $\beta = 1/2$, $\gamma = 1$": "adaptive-scalable entmax",
    "*its scale under softmax*": "its scale, softmax",
    r"adaptive, $\gamma = -1$": "its power negative",
}


@pytest.mark.parametrize("label", ROWS)
def test_the_page_s_table_is_the_recorded_run(label):
    page = Path(__file__).parents[3] / "book" / "length" / "asentmax" / "chapter.md"
    lines = [line for line in page.read_text().splitlines() if line.startswith(f"| {label} |")]
    (cells,) = ([cell.strip() for cell in line.split("|")[2:-1]] for line in lines)
    found = needle_table(0.5)[ROWS[label]]
    for cell, weight, support in zip(cells, found["weight"], found["support"], strict=True):
        number, _, keys = cell.partition(" (")
        digits = len(number.partition(".")[2])
        assert float(number) == pytest.approx(weight.mean(), abs=0.51 * 10**-digits)
        assert not keys or float(keys.rstrip(")")) == round(support.mean())
