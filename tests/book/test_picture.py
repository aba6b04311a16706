"""The drawing of one head shows what the library computes for it."""

import re
from pathlib import Path

import torch

from attnkit.densities import entmax

PICTURE = (Path(__file__).parents[2] / "book/pictures/query_key_value.svg").read_text()
TEXTS = [re.sub(r"<[^>]+>", "", text) for text in re.findall(r"<text.*?</text>", PICTURE)]


def column(kind):
    """The numbers of the texts that look like `kind`, in order, with a real minus sign read."""
    found = [re.fullmatch(kind, text.replace("−", "-")) for text in TEXTS]
    return [[float(number) for number in match.groups()] for match in found if match]


def test_the_numbers_of_the_drawing():
    (query,) = column(r"q = \((-?\d), (-?\d)\)")
    keys = column(r"\((-?\d), (-?\d)\)")
    assert len(keys) == 3
    scores = torch.tensor(keys) @ torch.tensor(query)
    numbers = [number for (number,) in column(r"(\d)")]
    assert numbers[:3] == scores.tolist()
    values = torch.tensor(numbers[3:])
    weights = entmax(scores, 1.0)
    shown = [f"{weight:.2f}" for weight in weights.tolist()]
    assert [text for text in TEXTS if re.fullmatch(r"0\.\d\d", text)] == shown
    terms = " + ".join(f"{w} · {v:.0f}" for w, v in zip(shown, values.tolist(), strict=True))
    assert TEXTS[-1] == f"readout c = {terms} = {float(weights @ values):.2f}"


def test_bars_are_as_long_as_the_weights():
    lengths = [float(w) for w in re.findall(r'class="bar"[^>]*width="(\d+)"', PICTURE)]
    weights = [float(text) for text in TEXTS if re.fullmatch(r"0\.\d\d", text)]
    assert len(lengths) == 3
    for length, weight in zip(lengths, weights, strict=True):
        assert abs(length - 90 * weight) < 1


def test_the_description_says_it_too():
    spoken = re.search(r"<desc.*?>(.*)</desc>", PICTURE)[1]
    for text in TEXTS:
        for number in re.findall(r"\d\.\d\d", text):
            assert number in spoken
