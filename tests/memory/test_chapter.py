"""The numbers printed in the chapters are those of the recorded results."""

from pathlib import Path

import numpy as np
import pytest

from attnkit.experiments import load
from attnkit.memory import theory
from attnkit.memory.capacity.recall import MEMORIES

BOOK = Path(__file__).parents[2] / "book" / "memory"


def seeds_of(name, **case):
    """The results of all seeds of the cases that agree with `case`."""
    units = load(name)["units"]
    return [u["result"] for u in units if case.items() <= u["case"].items()]


def capacity_rows():
    rows = []
    recorded = {unit["case"]["memory"] for unit in load("memory-capacity")["units"]}
    for memory, named in ((n, each) for n, each in MEMORIES.items() if n in recorded):
        cells = []
        for d in (8, 16, 32, 64, 128):
            found = [r["capacity"] for r in seeds_of("memory-capacity", memory=memory, d_key=d)]
            cells.append(_spread(found))
        rows.append(_row(named.label, cells))
    return rows


def _spread(found):
    if not found:
        return "not run"
    if min(found) == 1024:
        return "> 1,024"
    return f"{np.mean(found):.1f} ({min(found):.1f}–{max(found):.1f})"


def _row(name, cells):
    return f"| {name} | " + " | ".join(cells) + " |"


def recall_rows():
    labels = {n: named.label for n, named in MEMORIES.items()} | {"trained": "Hebb, trained map"}
    rows = []
    for memory in ("elu", "delta", "sharp", "trained", "hebb", "taylor", "softmax"):
        cells = []
        for n in (8, 32, 128, 512, 2048):
            found = seeds_of("memory-recall", memory=memory)
            seen = [r["accuracy"][r["pairs"].index(n)] for r in found if n in r["pairs"]]
            cells.append(f"{np.mean(seen):.2f}" if len(seen) == len(found) else "below ½")
        rows.append(_row(labels[memory], cells))
    return rows


FORGETTING = {
    "hebb": "Hebb",
    "decaying": "Hebb, best decay for age 16",
    "delta": "delta, rate 1",
    "slow-delta": "delta, rate ½",
    "gated-delta": "delta, rate 1, decay 0.99",
    "momentum": "delta, rate ½, momentum ½",
}


def forgetting_rows():
    rows = []
    for rule, label in FORGETTING.items():
        found = seeds_of("memory-forgetting", rule=rule)
        cells = []
        for age in (1, 4, 15, 63, 127):
            at = found[0]["age"].index(age)
            cells.append(f"{np.mean([r['snr'][at] for r in found]):.2f}")
        rows.append(_row(label, cells))
    return rows


def reliability_rows():
    rows = []
    for d, heads in ((32, 1), (128, 1), (32, 4), (128, 4), (128, 8)):
        found = seeds_of("memory-reliability", d_key=d, n_heads=heads)
        cells = []
        for depth in (1, 2, 4, 8):
            measured = np.mean([r["noise"][depth - 1] for r in found]) ** 0.5
            law = theory.chain_noise(32, d, depth=depth, n_heads=heads) ** 0.5
            cells.append(f"{measured:.2f} ({law:.2f})")
        for key in ("accuracy", "cleaned_accuracy"):
            cells.append(f"{np.mean([r[key][7] for r in found]):.2f}")
        rows.append(_row(f"d = {d}, H = {heads}", cells))
    return rows


TABLES = [
    ("2_how_much_it_holds.md", capacity_rows),
    ("2_how_much_it_holds.md", recall_rows),
    ("3_forgetting_and_repeating.md", forgetting_rows),
    ("3_forgetting_and_repeating.md", reliability_rows),
]


@pytest.mark.parametrize(("chapter", "rows"), TABLES)
def test_the_chapter_prints_what_was_recorded(chapter, rows):
    lines = (BOOK / chapter).read_text(encoding="utf-8").splitlines()
    for row in rows():
        assert row in lines
