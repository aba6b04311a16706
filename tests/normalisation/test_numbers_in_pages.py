"""A sentence of a page says what was recorded or is computed."""

import re
import statistics
from pathlib import Path

import pytest
import torch

from attnkit.experiments import load
from attnkit.explore import gallery
from attnkit.normalisation.affine.claims import affine_sum
from attnkit.normalisation.catch_tag_release.claims import encoder_does_not_tag, tag_without_a_sink
from attnkit.normalisation.elastic.claims import elastic_silence, elastic_trained
from attnkit.normalisation.elastic.theory import share_of_zeros
from attnkit.normalisation.gated.claims import gate_for_silence, recorded, sink_is_a_gate

BOOK = Path(__file__).parents[2] / "book" / "normalisation"


def largest(gate):
    """Mean largest weight of a silent row in the toy without a mark."""
    return statistics.fmean(recorded(False, gate, "largest"))


def calibration():
    """What was recorded of the encoder whose sinks were turned down."""
    found = load("normalisation-calibration")["units"][0]["result"]
    return {
        "passages": len(found["cosine"]),
        "first": found["heads"][0],
        "last": found["heads"][-1],
        "cosine": found["mean_cosine"],
        "least": min(found["cosine"]),
    }


GATED = {
    "from 0.107 to": lambda: gate_for_silence()["loss, softmax, without a mark"],
    "to 0.0036 in": lambda: gate_for_silence()["loss, gate, without a mark"],
    "weight is 0.26 in the mean": lambda: largest(True),
    "and 0.21 without a gate": lambda: largest(False),
    "correlation −0.85,": lambda: sink_is_a_gate()["correlation of mass and length read"],
    "median of 39 heads": lambda: sink_is_a_gate()["heads"],
    "is not (−0.04)": lambda: sink_is_a_gate()["the same, of what is read of the others"],
    "read 0.17 of": lambda: sink_is_a_gate()["length read, mass above one half"],
    "the others 0.43": lambda: sink_is_a_gate()["length read, other rows"],
    "and 2 % of": lambda: 100 * sink_is_a_gate()["share of it that the first token gives"],
}
ELASTIC = {
    "it drops 0.69": lambda: share_of_zeros(torch.ones(1)).item(),
    "mean loss is 0.016": lambda: elastic_silence()["loss, without a mark"],
    "softmax has 0.107": lambda: gate_for_silence()["loss, softmax, without a mark"],
    "a gate 0.0036": lambda: gate_for_silence()["loss, gate, without a mark"],
    "lose 81 %": lambda: 100 * elastic_trained()["share of zeros"],
    "keep 0.59": lambda: elastic_trained()["sum of the weights"],
    "be 78 %": lambda: 100 * elastic_trained()["the same, if scores were normal"],
    "a cosine of 0.87": lambda: elastic_trained()["cosine of embeddings"],
    "and at 0.92": lambda: elastic_trained()["cosine, divided by the sum"],
    "0.30 under softmax": lambda: elastic_trained()["first token, softmax"],
    "is 0.27": lambda: elastic_trained()["first token, elastic"],
}
ACT = {
    "its 22 passages": lambda: calibration()["passages"],
    "layer 0.05 heads": lambda: calibration()["first"],
    "in the last 4.0": lambda: calibration()["last"],
    "cosine of 0.97": lambda: calibration()["cosine"],
    "(0.90 at the least)": lambda: calibration()["least"],
}
TAGS = {
    "0.10 of the attention": lambda: tag_without_a_sink()["mass on the separator"],
    "from 0.055 to": lambda: tag_without_a_sink()["loss"],
    "to 0.12 in": lambda: tag_without_a_sink()["loss without the tag's direction"],
    "less, 0.08 in": lambda: tag_without_a_sink()["loss without a random direction"],
    "In the 39 sink": lambda: encoder_does_not_tag()["heads"],
    "explains 0.05": lambda: encoder_does_not_tag()["along the first token's value"],
    "be 0.03": lambda: encoder_does_not_tag()["by chance"],
    "explains 0.15": lambda: encoder_does_not_tag()["along the middle token's value"],
}
PAGES = {
    "gated": GATED,
    "elastic": ELASTIC,
    "affine": {"29 % are": lambda: 100 * affine_sum()["share of negative weights"]},
    "act": ACT,
    "catch_tag_release": TAGS,
}


@pytest.mark.parametrize(
    ("page", "words"), [(page, words) for page, sentences in PAGES.items() for words in sentences]
)
def test_a_sentence_says_the_number(page, words):
    assert words in " ".join((BOOK / page / "chapter.md").read_text().split())
    said = re.search(r"−?\d+(\.\d+)?", words).group().replace("−", "-")
    half_a_digit = 0.5 * 10 ** -len(said.partition(".")[2])
    assert float(said) == pytest.approx(PAGES[page][words](), abs=half_a_digit + 1e-9)


def shown(name, number, **params):
    """A read-out of a figure at a setting."""
    return gallery()[name].compute(**params)[number]


def test_what_a_link_promises_is_what_the_figure_shows():
    wide = {"offset": -1.0, "spread": 2.0, "n": 1024}
    assert shown("elastic-softmax", "zeros_now", **wide) > 0.8
    assert shown("elastic-softmax", "sum_now", **wide) == pytest.approx(2 / 3, abs=0.02)
    short = shown("catch-tag-release", "error", sharpness=10.0, tag_size=0.1, place=6)
    assert short > 10 * shown("catch-tag-release", "error", sharpness=10.0, tag_size=1.0, place=6)
