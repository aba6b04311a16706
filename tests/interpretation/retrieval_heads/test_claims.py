"""The claims on retrieval heads, on other seeds and settings than they measure."""

import math

import numpy as np
import pytest
import torch

from attnkit.explore import gallery
from attnkit.interpretation.retrieval_heads import (
    claims,
    permuted_scores,
    retrieval_chance,
    share_above,
)
from attnkit.interpretation.retrieval_heads.experiments.real import relations
from attnkit.interpretation.retrieval_heads.experiments.toy import RETRIEVAL_HEADS, Hunt, run
from attnkit.interpretation.retrieval_heads.experiments.training import learned
from attnkit.interpretation.retrieval_heads.figures import heads_taken_out
from attnkit.interpretation.retrieval_heads.recorded import hunts, looks_of_heads, steps_to_learn


@pytest.mark.claim("chance-of-a-copy")
def test_a_needle_of_distinct_tokens_has_one_share_of_the_keys():
    measured = claims.chance_of_a_place()
    assert measured["formula"] == pytest.approx(1)
    assert measured["permuted"] == pytest.approx(1, abs=0.05)
    assert measured["random heads"] == pytest.approx(1, abs=0.2)
    for n_keys, size in ((11, 3), (101, 13)):
        rows = claims.random_rows(7, n_keys, size, 3)
        found = n_keys * retrieval_chance(*rows)
        torch.testing.assert_close(found, torch.ones_like(found))


@pytest.mark.claim("every-writer-retrieves")
def test_in_both_models_every_head_of_the_second_layer_scores_and_none_of_the_first():
    measured = claims.writers_and_readers()
    for n_heads in (4, 8):
        chance = measured[f"{n_heads} heads, chance"]
        assert measured[f"{n_heads} heads, least of layer 2"] > 5 * chance
        assert measured[f"{n_heads} heads, largest of layer 1"] < 2 * chance


@pytest.mark.claim("the-score-misses-readers")
def test_one_reader_costs_more_than_the_head_with_the_highest_score():
    measured = claims.blind_to_readers()
    assert measured["whole"] > 0.9
    assert measured["without the highest score"] > measured["whole"] - 0.1
    assert measured["without one of layer 1"] < 0.6
    assert measured["without all of layer 2"] < 0.1


@pytest.mark.claim("every-writer-retrieves")
@pytest.mark.claim("the-score-misses-readers")
def test_a_model_of_another_seed_shows_both():
    hunt = Hunt(learned(17, n_steps=200), haystack=16, n_texts=24, seed=17)
    evidence = hunt.evidence()
    found = hunt.scores()
    scores = torch.tensor(found["scores"])
    assert scores[1].min() > 5 * found["highest"]
    drawn = permuted_scores(*evidence, n_draws=19, generator=hunt.generator).mean(1)
    assert share_above(scores[1], drawn[:, 4:]).max().item() == pytest.approx(1 / 20)
    none = torch.tensor([[True] * 4, [False] * 4])
    assert hunt.recall() > 0.9
    assert hunt.recall(none) < 0.2


@pytest.mark.claim("no-induction-head-in-the-encoder")
def test_the_encoder_has_heads_for_the_parts_and_none_for_the_whole():
    measured = claims.no_induction_head()
    assert measured["previous, best head"] > 0.9
    assert measured["same, best head"] > 0.3
    assert measured["previous, heads above chance"] >= 2
    assert measured["follows, heads above chance"] == 0
    assert measured["follows, best head"] < looks_of_heads("follows")["highest"]


def test_relations_of_a_text_done_by_hand():
    found = relations(torch.tensor([7, 5, 7, 6]))
    at = {name: [tuple(pair) for pair in table.nonzero().tolist()] for name, table in found.items()}
    assert at["previous"] == [(1, 0), (2, 1), (3, 2)]
    assert at["next"] == [(0, 1), (1, 2), (2, 3)]
    assert at["same"] == [(0, 2), (2, 0)]
    assert at["follows"] == [(0, 3), (2, 1)]


def test_the_page_s_numbers_of_the_real_encoder():
    best = {
        name: looks_of_heads(name)["median"] for name in ("previous", "next", "same", "follows")
    }
    tops = [best["previous"][0, 2], best["next"][1, 8], best["same"][1, 1], best["same"][2, 9]]
    assert tops == pytest.approx([1.0, 0.84, 0.46, 0.43], abs=0.0051)
    assert best["follows"].max() == pytest.approx(0.06, abs=0.0051)
    assert looks_of_heads("follows")["highest"] == pytest.approx(0.25, abs=0.0051)
    cosines = claims.real_cosines()
    assert cosines.mean(0) == pytest.approx((0.953, 0.977), abs=6e-4)
    assert cosines.std(0, ddof=1) == pytest.approx((0.049, 0.018), abs=6e-4)
    assert int((cosines[:, 0] < cosines[:, 1]).sum()) == 20


def test_the_page_s_numbers_of_eight_heads():
    found = hunts(8, 32)
    told = {"by_score": (0.94, 0.91, 0.70, 0.01), "at_random": (0.96, 0.82, 0.62, 0.19)}
    for order, numbers in told.items():
        mean = np.mean([each[order] for each in found], 0)
        assert mean[0] == pytest.approx(0.97, abs=0.0051)
        assert mean[[1, 2, 4, 8]] == pytest.approx(numbers, abs=0.0051)


def test_the_cue_is_never_written_so_that_no_score_passes_seven_eighths():
    for n_heads, haystack in ((4, 16), (4, 32), (4, 48), (8, 32)):
        n_keys = haystack + 1 + 6
        for hunt in hunts(n_heads, haystack):
            assert np.max(hunt["scores"]) <= 7 / 8
            assert np.max(hunt["chance"]) <= 7 / (8 * n_keys) + 1e-4
        best = max(np.max(hunt["chance"]) for hunt in hunts(n_heads, haystack))
        assert haystack == 48 or best > 0.9 * 7 / (8 * n_keys)


def test_all_models_learned():
    for n_heads in (4, 8):
        assert all(reached and reached <= 250 for reached in steps_to_learn(n_heads))


def test_a_quick_unit_runs_twice_alike():
    case = RETRIEVAL_HEADS.cases["quick"][0] | {"steps": 25, "n_texts": 3}
    first, second = (run(case, seed=1, device="cpu") for _ in range(2))
    assert first == second
    assert math.isfinite(first["haystacks"]["16"]["highest"])


@pytest.fixture(scope="module")
def compute():
    return gallery()["heads-taken-out"].compute


def test_the_highest_score_costs_little_and_the_dearest_head_scored_nothing(compute):
    for model in range(1, 6):
        values = compute(model=model)
        dearest = np.unravel_index(np.nanargmax(values["cost"]), (2, 4))
        assert dearest[0] == 0
        assert values["scores"][dearest] < 0.05
    by_score, dearest = (
        compute(model=1, order=order, n_out=1)["recall"]
        for order in (heads_taken_out.HIGHEST, heads_taken_out.WORST)
    )
    assert dearest < by_score - 0.2


def test_the_table_of_subsets_is_the_recorded_curve():
    for hunt in hunts(4, 32):
        whole = np.ones(8, dtype=bool)
        assert heads_taken_out.recall(hunt, whole) == pytest.approx(hunt["by_score"][0], abs=6e-4)
        alone = heads_taken_out.each_gone(hunt, whole).reshape(2, 4)
        np.testing.assert_allclose(alone, hunt["alone"], atol=6e-4)


def test_without_any_head_a_model_guesses(compute):
    values = compute(n_out=8)
    assert values["recall"] < 0.1
    assert np.isnan(values["cost"]).all()
