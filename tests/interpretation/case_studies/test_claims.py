"""The claims on six case studies, from the recorded runs, and the page's numbers."""

from pathlib import Path

import numpy as np
import pytest

from attnkit.interpretation.case_studies import claims
from attnkit.interpretation.case_studies.experiments.magnets import STOP_WORDS, kinds
from attnkit.interpretation.case_studies.recorded import silenced, study

PAGE = Path(__file__).parents[3] / "book/interpretation/case_studies/chapter.md"


@pytest.fixture(scope="module")
def text():
    return " ".join(PAGE.read_text().split())


def told(*numbers):
    return [f"{number:.2f}" for number in numbers]


@pytest.mark.claim("case-contrast")
def test_a_contrast_finds_more_than_the_map_in_the_last_layer(text):
    found = claims.contrast_finds()
    assert found["contrast"] > found["task"] + 0.05 > found["general"] + 0.1
    assert abs(found["general"] - 0.5) < 0.03
    wanted = told(found["task"], found["contrast"], found["general"])
    assert "{} of the pairs, the contrast with a general map in {};".format(*wanted[:2]) in text
    assert f"the general map alone in {wanted[2]}" in text
    middle = told(*study("contrast")["contrast"][1:4], *study("contrast")["task"][1:4])
    assert "({}, {}, {} against {}, {}, {})".format(*middle) in text


@pytest.mark.claim("case-two-bits")
def test_four_bits_change_nothing_and_two_flatten(text):
    found = claims.two_bits()
    assert abs(found["entropy, 8 bits"] - found["entropy"]) < 0.01
    assert abs(found["entropy, 4 bits"] - found["entropy"]) < 0.02
    assert found["entropy, 2 bits"] > found["entropy"] + 0.4
    assert "from {} to {}".format(*told(found["entropy"], found["entropy, 2 bits"])) in text


def test_maps_are_no_copies_along_depth(text):
    found, table = study("likeness"), np.array(study("likeness")["distance"])
    assert found["chance"] < found["same head"] < found["best below"] < found["best anywhere"]
    shares = told(found["same head"], found["best below"], found["best anywhere"])
    assert f"finds {shares[0]} among" in text
    assert "{} of those of its best partner there, and {} of".format(*shares[1:]) in text
    assert f"chance shares {found['chance']:.2f}" in text
    within, next_to = np.diag(table), np.diag(table, 1)
    assert "{} to {} nats apart".format(*told(within.min(), within.max())) in text
    assert "layers {} to {}".format(*told(next_to.min(), next_to.max())) in text


@pytest.mark.claim("case-marks-draw")
def test_punctuation_draws_and_stop_words_do_not(text):
    found = claims.marks_draw()
    assert found["punctuation, layers 2 to 5"] > 1.1
    assert found["stop words, layers 2 to 5"] < 0.9
    assert max(found["punctuation, layer 6"], found["stop words, layer 6"]) < 1
    middle = told(found["punctuation, layers 2 to 5"], found["stop words, layers 2 to 5"])
    assert (
        "gets {} of its share of the tokens in layers 2 to 5, and stop words {}".format(*middle)
        in text
    )
    last = told(found["punctuation, layer 6"], found["stop words, layer 6"])
    assert "{} and {}".format(*last) in text


@pytest.mark.claim("case-silenced")
def test_heads_that_matter_little_are_many_and_do_not_add_up(text):
    found = claims.mostly_silent()
    order = [found["36 of the least"], found["36 at random"], found["36 of the most"], found["all"]]
    assert order == sorted(order)
    assert found["36 least, sum alone"] < 0.9 * found["36 of the least"]
    wanted = told(*order)
    assert (
        "cost {}; half at random {}; half that matter most {}; all of them {}".format(*wanted)
        in text
    )
    assert f"hold {found['seven most, share of the sum alone']:.2f} of the sum" in text
    assert f"lose {found['36 least, sum alone']:.2f} in sum" in text
    assert silenced("alone").shape == (72,)


@pytest.mark.claim("case-groups")
def test_the_first_key_matters_more_than_the_pattern(text):
    found = claims.groups_catch()
    assert found["window, 16"] > found["plain, 16"] > found["shifted, 16"]
    assert found["shifted, first key, 16"] > found["window, 16"] + 0.1
    wanted = told(*(found[f"{name}, 16"] for name in ("plain", "shifted", "window")))
    n_long, sentences = (study("counts")[name] for name in ("long", "sentences"))
    catch = f"catch {wanted[0]} of the mass in {n_long} long passages, shifted ones {wanted[1]}."
    assert catch in text
    assert f"over the {n_long} of eighty tokens and more" in text
    assert f"over {sentences} sentences" in text
    assert f"as many keys catches {wanted[2]}" in text
    lifted = told(*(found[f"{name}, first key, 16"] for name in ("shifted", "window")))
    assert "lifts shifted groups to {} and windows to {}".format(*lifted) in text


def test_every_token_is_of_one_kind():
    words = ["[CLS]", "the", "##m", ",", "heron", "'", "[SEP]"]
    found = {name: flags.tolist() for name, flags in kinds(words).items()}
    assert [sum(each) for each in zip(*found.values(), strict=True)] == [0, 1, 1, 1, 1, 1, 0]
    assert found["stop words"][1]
    assert found["punctuation"][3]
    assert found["others"][2]
    assert {"the", "of", "is"} <= STOP_WORDS
    assert "heron" not in STOP_WORDS
