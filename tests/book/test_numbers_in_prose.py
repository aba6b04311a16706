"""Numbers that sentences of the chapters take from a figure are what the figure computes there."""

from pathlib import Path

import pytest

from attnkit.explore import gallery
from attnkit.memory.digits import effective_width

BOOK = Path(__file__).parents[2] / "book"


def shown(name, **setting):
    figure = gallery()[name]
    return figure.compute(**(figure.defaults | setting))


def far_fit(share):
    setting = {"location": 0.66, "alpha": 2.0, "erase": "samples"}
    return shown("signal-attention", share=share, **setting)


def crowd(alpha, gap, rivals):
    return shown("finite-entmax", alpha=alpha, gap=gap, rivals=rivals)


def phase(log_noise):
    return shown("icl-phase-diagram", n_examples=40, log_noise=log_noise)


def rival(scale, gain):
    return shown("icl-sign-lottery", second_scale=scale, second_gain=gain)


NORMAL_TAIL = {"growth": 4.0, "tail": "normal", "alpha": 1.0, "rule": "the boundary counts as safe"}

SENTENCES = [
    ("densities/1", "key 1 takes 0.80", lambda: crowd(1.0, 3.0, 11)["best"], 0.795, 0.805),
    ("densities/1", "it is left with 0.15", lambda: crowd(1.0, 3.0, 256)["best"], 0.145, 0.155),
    ("densities/1", "winner keeps 0.27", lambda: crowd(0.5, 3.0, 11)["best"], 0.265, 0.275),
    ("densities/1", "24 rivals", lambda: crowd(1.5, 1.9, 256)["support"] - 1, 24, 24),
    ("densities/1", "about $-0.02$", lambda: erased_function(), -0.025, -0.015),
    ("densities/1", "moves by 0.35", lambda: -far_fit(0.1)["change_by_samples"], 0.345, 0.355),
    ("densities/1", "by less than 0.003", lambda: abs(far_fit(0.4)["change_by_samples"]), 0, 0.003),
    ("densities/2", "keeps 3 per cent", lambda: widths()["length_after"], 0.025, 0.035),
    ("densities/2", "best density keeps 30", lambda: widths()["length_threshold"], 0.295, 0.31),
    ("densities/2", "$e^{997}$", lambda: runaway()["at_hundred"], 996.5, 997.5),
    ("icl/2", "has 2.1 times the risk", lambda: phase(-1.0)["risk_ratio"], 2.05, 2.15),
    ("icl/2", "about ten times its excess", lambda: phase(-1.0)["excess_ratio"], 9.5, 10.5),
    ("icl/2", "more than twelve times", lambda: phase(-2.0)["risk_ratio"], 12, 13),
    ("icl/2", "more than ninety times", lambda: phase(-2.0)["excess_ratio"], 90, 100),
    ("icl/2", "risk stops at 0.39", lambda: rival(0.02, -0.01)["end_risk"], 0.385, 0.395),
    ("memory/1", "stays below 0.01", lambda: shown("conditioning-laboratory")["final_B"], 0, 0.01),
    ("memory/2", "effective width of two", lambda: effective_width("raw digits"), 1.5, 2.5),
    ("memory/2", "the width is fourteen", lambda: effective_width("centred digits"), 13.5, 14.5),
    ("memory/2", "it is fifty-five", lambda: effective_width("whitened digits"), 54.5, 55.5),
]


def erased_function():
    return shown("signal-attention", alpha=1.0, erase="function")["change_by_function"]


def widths():
    return shown("three-normalisations", amplitude=20.0, alpha=2.0, shift=0.0)


def runaway():
    return shown("existence-lab", norm=0.6, **NORMAL_TAIL)


@pytest.mark.parametrize(
    ("chapter", "words", "number", "low", "high"), SENTENCES, ids=[row[1] for row in SENTENCES]
)
def test_a_sentence_says_what_its_figure_computes(chapter, words, number, low, high):
    (path,) = BOOK.glob(f"{chapter}_*.md")
    assert words in " ".join(path.read_text().split())
    assert low <= number() <= high
