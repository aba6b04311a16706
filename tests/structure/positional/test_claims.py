"""The claims on positional attention, on other seeds and scales than they measure."""

import re
from pathlib import Path

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.structure.deconstructing import Switchboard
from attnkit.structure.positional import claims
from attnkit.structure.positional.experiments import beyond, real_places
from attnkit.structure.positional.experiments.network import ListNetwork
from attnkit.structure.positional.recorded import lists
from attnkit.structure.positional.recorded import real_places as recorded_places
from tests.trained.models import needs_encoder


@pytest.mark.claim("place-scales-exactly")
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("scale", [0.25, 3.0, 16.0])
def test_places_without_biases_scale_and_nothing_else_does(seed, scale):
    off = {kind: claims.off_by(kind, scale, seed=seed) for kind in beyond.KINDS}
    assert off.pop("place, no bias") < 1e-12
    assert min(off.values()) > 1e-3


@pytest.mark.claim("place-scales-exactly")
def test_a_trained_network_of_places_errs_alike_at_every_scale():
    for depth in (1, 2, 4):
        errors = lists("place, no bias", depth)["error"]
        np.testing.assert_allclose(errors, errors[:, :1].repeat(5, 1), rtol=1e-3)
        assert (np.diff(lists("content, no bias", depth)["error"], axis=1) > 0).all()


@pytest.mark.claim("order-turns-beyond-training")
def test_content_is_ahead_in_training_and_behind_beyond():
    measured = claims.beyond_training()
    for scale, ahead in ((1, "content"), (4, "place"), (8, "place"), (16, "place")):
        behind = {"content": "place", "place": "content"}[ahead]
        assert measured[f"{ahead}, λ = {scale}"] < measured[f"{behind}, λ = {scale}"]
    assert measured["content, λ = 16"] > 3 * measured["place, λ = 16"]
    # In every seed, not in the mean alone.
    last = {kind: lists(kind, 4)["error"][:, -1] for kind in ("content", "place")}
    assert last["content"].min() > last["place"].max()


def test_the_page_s_table_is_the_recorded_run():
    page = Path(__file__).parents[3] / "book" / "structure" / "positional" / "chapter.md"
    rows = {"content": "content", "place": "place", "place, no biases": "place, no bias"}
    for label, kind in rows.items():
        (line,) = (x for x in page.read_text().splitlines() if x.startswith(f"| {label} |"))
        errors = lists(kind, 4)["error"][:, [0, 2, 4]]
        for cell, column in zip(line.split("|")[2:-1], errors.T, strict=True):
            told = [float(number) for number in re.findall(r"\d\.\d+", cell)]
            assert told == pytest.approx([column.mean(), column.std()], abs=0.0055)


@pytest.mark.claim("place-in-real-heads")
def test_other_texts_know_most_of_where_a_head_looks():
    measured = claims.place_in_real_heads()
    assert 0.55 < measured["median share"] < 0.75
    assert measured["heads above a half"] > 0.5
    assert measured["moved by other texts' maps"] < 0.55 * measured["moved by equal weights"]
    assert measured["last layer alone"] > 5 * measured["first five, the most"]
    moved = recorded_places()
    nats = [moved[name].mean() for name in ("uniform", "place")]
    np.testing.assert_allclose(nats, [1.50, 0.47], atol=0.006)
    assert np.median(1 - moved["place"][5] / moved["uniform"][5]) == pytest.approx(0.29, abs=0.006)
    layers = moved["moved"].mean(0)
    assert layers[5] == pytest.approx(0.20, abs=0.006)
    assert 0.01 < layers[:5].min() < layers[:5].max() < 0.025
    assert (moved["moved"][:, -1] < moved["moved_uniform"][:, -1]).all()


def test_a_quick_unit_runs_twice_alike():
    case = beyond.BEYOND.cases["quick"][0]
    first, second = (beyond.run(case, seed=0, device="cpu") for _ in range(2))
    assert first == second
    assert np.isfinite(first["error"]).all()


@needs_encoder
def test_a_real_passage_has_the_recorded_divergences():
    found = real_places.run({"passage": 3}, seed=0, device="cpu")
    assert np.mean(found["place"]) < 0.4 * np.mean(found["uniform"])
    assert len(found["moved"]) == 7
    assert max(found["moved"]) == found["moved"][-1]


@needs_encoder
def test_one_s_own_map_is_no_part_of_the_mean():
    with_own = real_places.mean_maps(11, 29)
    without = real_places.mean_maps(11, 3)
    assert not np.allclose(with_own, without, atol=1e-3)
    np.testing.assert_allclose(without.sum(-1), 1, atol=1e-4)


def test_the_figure_turns_the_order_and_keeps_the_map_of_places():
    compute = gallery()["lists-beyond-training"].compute
    near, far = compute(scale=1, depth=4), compute(scale=16, depth=4)
    assert near["content_now"] < near["place_now"]
    assert far["content_now"] > 2 * far["place_now"]
    np.testing.assert_array_equal(near["place_map"], far["place_map"])
    assert far["content_keys"] < near["content_keys"] / 1.5
    assert near["place_keys"] == far["place_keys"]


def test_the_figure_of_real_heads_marks_a_layer():
    values = gallery()["place-in-real-heads"].compute(layer=6)
    assert values["share_here"] < 0.35
    np.testing.assert_array_equal(values["place_here"], values["place"].reshape(6, 12)[5])


def test_the_page_s_shares_of_layers_are_recorded():
    found = recorded_places()
    shares = np.median(1 - found["place"] / found["uniform"], axis=1)
    np.testing.assert_allclose([shares[0], shares[1], shares[4]], [0.45, 0.80, 0.65], atol=0.006)
    assert shares[1:5].min() == shares[4]
    assert shares[1:5].max() == shares[1]
    # The story's yardstick: one of the first five layers by place, and with equal weights.
    moved, equal = (found[name].mean(0)[:5] for name in ("moved", "moved_uniform"))
    np.testing.assert_allclose([moved.min(), moved.max()], [0.013, 0.024], atol=6e-4)
    np.testing.assert_allclose([equal.min(), equal.max()], [0.026, 0.081], atol=6e-4)


def test_with_one_layer_the_order_turns_at_eight_and_else_at_two():
    for depth, turns in ((1, 8), (2, 2), (4, 2)):
        content, place = (lists(kind, depth)["error"].mean(0) for kind in ("content", "place"))
        behind = [scale for scale, c, p in zip(beyond.SCALES, content, place, strict=True) if c > p]
        assert min(behind) == turns


def test_no_toy_of_the_room_has_more_numbers_than_the_story_says():
    made = [ListNetwork(8, 4, **kind) for kind in beyond.KINDS.values()]
    made.append(Switchboard(["standard"] * 3, vocabulary=32, n_answers=16))
    numbers = [sum(part.numel() for part in each.parameters()) for each in made]
    assert 22_000 < max(numbers) < 23_000
