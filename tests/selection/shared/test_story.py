"""What the story of the room claims, and what its two figures must show."""

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.selection.shared import claims
from attnkit.selection.shared.figures.one_budget import ALL, FOLDERS, LAYERS, QUANTILES
from attnkit.selection.shared.on_real import BUDGETS
from attnkit.selection.shared.pattern import patterns
from attnkit.trained.kept_heads import HEADS


@pytest.mark.claim("window-reference")
def test_the_window_and_its_ends_are_a_reference_to_beat():
    measured = claims.window_reference()
    for budget in claims.BUDGETS:
        window, ends, best = (
            measured[f"{way}, {budget}"] for way in ("window", "window + first + last", "oracle")
        )
        assert measured[f"random keys, {budget}"] < window < ends < best
        assert ends > window + 0.15
    gains = [
        measured[f"window + first + last, layer {layer}"] - measured[f"window, layer {layer}"]
        for layer in range(1, 7)
    ]
    assert gains[0] < 0.1 < min(gains[1:])


@pytest.mark.claim("below-the-window")
def test_clusters_and_hashing_stay_below_the_window_and_leave_rows_empty():
    measured, reference = claims.below_the_window(), claims.window_reference()
    for budget in claims.BUDGETS:
        for way in ("routing", "hashing, 4 rounds"):
            bar = reference[f"window + first + last, {budget}"]
            assert measured[f"{way}, mass, {budget}"] < bar - 0.05
        assert measured[f"routing, empty, {budget}"] > 0.2


@pytest.mark.claim("pooled-budget")
def test_rows_that_share_a_budget_gain_little_and_shared_keys_cost_much():
    measured = claims.pooled_budget()
    for budget in claims.BUDGETS:
        own, pool, same = (
            measured[f"{way}, {budget}"]
            for way in ("oracle", "oracle, one pool", "oracle, same for all rows")
        )
        assert own <= pool < own + 0.03
        assert same < own - 0.1


def test_the_gallery_holds_every_pattern_and_tells_no_more_than_the_best():
    figure = gallery()["mask-gallery"]
    names = figure.panels[1].marks[1].names
    assert {*names} == {*patterns()}
    for head in HEADS:
        for part in BUDGETS:
            values = figure.compute(head=head, budget=part)
            assert len(values["mass"]) == len(names)
            at = [*names].index("oracle")
            best = np.interp(values["density"][at], values["share"], values["best"])
            assert values["mass"][at] == pytest.approx(best, abs=1e-9)
            drawn = values["squares"][~np.isnan(values["squares"])]
            assert drawn.size == (len(names) + 1) * 44 * 44


def test_one_budget_shows_references_and_every_record():
    figure = gallery()["one-budget-of-keys"]
    values = figure.compute()
    np.testing.assert_allclose(values["random_mass"], values["random_density"], atol=0.01)
    assert (values["oracle_mass"] > values["ends_mass"]).all()
    shorts = figure.controls[2].values
    assert {"sea", "flex prefill"} <= {*shorts}
    assert len(values["name_mass"]) == len(shorts) - 1
    other = figure.compute(mechanism="sea")
    assert not np.isnan(other["sea_mass"][:3]).any()
    assert np.isnan(other["flex_prefill_mass"]).all()


@pytest.mark.parametrize("layer", [*LAYERS])
@pytest.mark.parametrize("told", [*QUANTILES])
def test_every_mechanism_is_named_beside_the_end_of_its_curve(layer, told):
    compute = gallery()["one-budget-of-keys"].compute
    for mechanism in ("none", "neighbourhood"):
        values = compute(layer=layer, told=told, mechanism=mechanism)
        heights, ends = np.sort(values["name_mass"]), values["every_mass"][2::4]
        assert np.diff(heights).min() > 0.065
        assert heights[0] > 0
        assert heights[-1] < 1.02
        np.testing.assert_array_equal(np.argsort(values["name_mass"]), np.argsort(ends))
        np.testing.assert_array_equal(values["leader_mass"][::3], ends)
        np.testing.assert_array_equal(values["leader_mass"][1::3], values["name_mass"])


def test_whole_pages_and_blocks_keep_more_than_asked_for():
    """As the caption and the story say."""
    told = {name: np.mean(next(iter(ALL[name].values()))["1/16"]["density"]) for name in FOLDERS}
    whole = {name for name, density in told.items() if density > 0.1}
    assert whole == {"entmax_kv", "landmark", "flex_prefill"}
    assert min(told[name] for name in whole) > 0.24
    wanted = {"entmax_kv": 0.25, "landmark": 0.24, "flex_prefill": 0.35}
    assert {name: round(told[name], 2) for name in whole} == pytest.approx(wanted, abs=0.0051)


def test_the_first_key_does_it_all():
    measured = claims.window_reference()
    for budget in claims.BUDGETS:
        first = measured[f"window + first, {budget}"]
        assert first > measured[f"window + first + last, {budget}"]


def test_no_reference_is_a_bound():
    measured = claims.pooled_budget()
    for budget in claims.BUDGETS:
        assert measured[f"oracle, one pool, {budget}"] > measured[f"oracle, {budget}"]
    pages = ALL["entmax_kv"]["pages of 16"]["1/16"]
    assert np.mean(pages["mass"]) < np.mean(pages["density"])


def told_by_gallery(head, part):
    values = gallery()["mask-gallery"].compute(head=head, budget=part)
    names = gallery()["mask-gallery"].panels[1].marks[1].names
    places = zip(values["density"].tolist(), values["mass"].tolist(), strict=True)
    return dict(zip(names, places, strict=True))


@pytest.mark.parametrize("part", BUDGETS)
def test_every_pattern_of_the_gallery_spends_about_the_budget(part):
    every = [told_by_gallery(head, part) for head in HEADS]
    for name in patterns():
        density = np.mean([told[name][0] for told in every])
        assert 0.6 / part < density < 1.7 / part, name


def test_the_gallery_s_names_have_room():
    assert max(map(len, patterns())) <= 11


def test_the_gallery_s_caption_and_the_story_say_what_it_shows():
    sixteenth, eighth, quarter = (
        {
            head: {name: mass for name, (_, mass) in told_by_gallery(head, part).items()}
            for head in HEADS
        }
        for part in (16, 8, 4)
    )
    better = {head for head in HEADS if sixteenth[head]["window"] > sixteenth[head]["with ends"]}
    assert better == {"one ahead"}
    ahead, same = sixteenth["one ahead"], eighth["same word"]
    assert (round(ahead["window"], 2), round(ahead["with ends"], 2)) == (0.74, 0.29)
    assert all(eighth[head]["with ends"] > eighth[head]["window"] for head in HEADS)
    ranked = sorted(same, key=same.get, reverse=True)
    assert ranked[:3] == ["oracle", "pages", "landmarks"]
    told = [round(same[name], 2) for name in ("window", "with ends", "pages", "routing", "SEA")]
    assert told == [0.20, 0.68, 0.79, 0.36, 0.33]
    assert quarter["nearly even"]["oracle"] < 0.5
    spent = {head: told_by_gallery(head, 4)["FlexPrefill"][0] for head in HEADS}
    assert max(spent, key=spent.get) == "nearly even"
    assert spent["nearly even"] > 2 * max(spent[head] for head in HEADS if head != "nearly even")


def test_layers_and_quantiles_are_of_the_heads_asked_for():
    compute = gallery()["one-budget-of-keys"].compute
    low, high = (
        compute(told=told)["ends_mass"] for told in ("the lower quartile", "the upper quartile")
    )
    assert (low < high).all()
    layers = [compute(layer=f"of layer {layer}")["ends_mass"] for layer in range(1, 7)]
    np.testing.assert_allclose(np.mean(layers, axis=0), compute()["ends_mass"])
