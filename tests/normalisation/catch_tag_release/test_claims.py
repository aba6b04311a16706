"""The claim on catch, tag, release, over seeds."""

import pytest

from attnkit.experiments import load
from attnkit.normalisation.catch_tag_release import claims


@pytest.mark.claim("release-needs-the-tag")
def test_with_the_tag_the_error_vanishes_and_without_it_stays():
    measured = claims.release_needs_the_tag()
    with_tag = [measured[f"sharpness {k}"] for k in (2, 5, 10, 20)]
    without = [measured[f"no tag, {k}"] for k in (5, 10, 20)]
    assert with_tag == sorted(with_tag, reverse=True)
    assert with_tag[1] < 0.1
    assert with_tag[2] < 0.002
    assert max(without) - min(without) < 1e-5
    assert min(without) > 0.6


@pytest.mark.claim("release-needs-the-tag")
def test_it_holds_over_seeds_and_without_the_tag_all_are_averaged():
    for seed in range(5):
        assert claims.relative_error(10.0, 1.0, seed=seed) < 0.002
        drawn, flags = claims.contents(200, seed=seed)
        wanted = drawn[:, 12:].mean(1)
        of_all = drawn[:, ~flags[0]].mean(1)
        error = ((of_all - wanted).norm() / wanted.norm()).item()
        assert claims.relative_error(20.0, 0.0, seed=seed) == pytest.approx(error, abs=1e-6)


@pytest.mark.claim("tag-without-a-sink")
def test_every_trained_model_tells_before_from_after_and_none_has_a_sink():
    even = claims.tag_without_a_sink()["mass if all had the same"]
    found = [unit["result"] for unit in load("normalisation-tags")["units"]]
    assert len(found) == 5
    for one in found:
        assert one["loss"] < one["loss_of_all"] / 3
        assert one["caught"] < 1.1 * even
        assert one["separation"] > 2.5
        assert one["untagged"] > max(2 * one["loss"], one["random"])


@pytest.mark.claim("encoder-does-not-tag")
def test_the_first_tokens_value_explains_less_than_another_tokens():
    measured = claims.encoder_does_not_tag()
    assert measured["heads"] > 30
    assert measured["along the first token's value"] < 2 * measured["by chance"]
    heads = load("normalisation-tags-trained")["units"][0]["result"]
    rows = zip(heads["mass"], heads["first"], heads["middle"], strict=True)
    sinks = [first < middle for mass, first, middle in rows if mass > 0.3]
    assert sum(sinks) >= 0.9 * len(sinks)
