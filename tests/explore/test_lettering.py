"""Words as numbers and back, and that a figure's axis takes them on its way to every host."""

import numpy as np
import pytest

from attnkit.explore import Axis, Bars, Choice, Explorable, Panel, lettered
from attnkit.explore.grid import interpolate, pack, sample
from attnkit.explore.lettering import spelt
from attnkit.explore.spec import figure_spec
from tests.explore.test_grid import unpack

TEXTS = {"short": ["a", "", "[SEP]"], "long": ["“größer”", "€", "incomprehensible"]}


def compute(text):
    return {"words": lettered(TEXTS[text], 3, longest=9), "y": np.ones(3)}


SPOKEN = Explorable(
    name="spoken",
    title="Bars with words",
    compute=compute,
    controls=[Choice("text", "text", tuple(TEXTS), meaning="which words stand at the ticks")],
    panels=[
        Panel(
            Bars((1, 2, 3), "y"),
            x=Axis("word", (0.5, 3.5), ticks="words"),
            y=Axis("y", (0, 2)),
        )
    ],
    caption="Bars with words below.",
    alt="Three bars.",
)


def test_words_come_back_at_their_places_and_long_ones_are_cut():
    letters = lettered(["the", "", "uncharacteristically"], most=5, longest=10)
    assert letters.shape == (5, 10)
    assert spelt(letters) == {1.0: "the", 3.0: "uncharact…"}


def test_no_words_are_no_ticks():
    assert spelt(lettered([], most=3)) == {}


def test_more_words_than_there_is_room_for_are_refused():
    with pytest.raises(ValueError, match="words must be at most 2, got 3"):
        lettered(["a", "b", "c"], most=2)
    with pytest.raises(TypeError, match="words must be a Sequence"):
        lettered("abc", most=3)


@pytest.mark.parametrize("text", TEXTS)
def test_a_page_stores_every_letter_exactly(text):
    entries, data, _ = pack(sample(SPOKEN))
    stored = sample(SPOKEN)["words"]
    table = unpack(entries, data)["words"].reshape(stored.table.shape)
    kept = type(stored)(stored.depends, table)
    back = interpolate(SPOKEN.sliders, kept, {"text": text})
    np.testing.assert_array_equal(back, compute(text)["words"])


def test_the_front_end_is_told_the_name_of_the_words():
    axis = figure_spec(SPOKEN)["panels"][0]["x"]
    assert axis["ticks"] == "words"


def test_the_still_picture_has_the_words():
    picture = SPOKEN.still(text="long")
    assert [word in picture.decode() for word in ("“größer”", "€", "incompre…")] == [True] * 3
