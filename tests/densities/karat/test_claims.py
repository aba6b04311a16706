"""The claims on Kolmogorov-Arnold attention, on other seeds, and why they must hold."""

import itertools
import math

import pytest
import torch

from attnkit.cards import ScoreMap, check
from attnkit.densities import softmax
from attnkit.densities.karat import claims, karat_weights
from attnkit.densities.karat.layer import started_weights
from attnkit.explore import gallery


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.claim("karat-order")
def test_the_suite_refutes_that_it_is_blind_to_order():
    told = check(ScoreMap("waves", started_weights, laws={"permutation_equivariant": True}))
    assert not told.passed
    assert check(ScoreMap("softmax", softmax, laws={"permutation_equivariant": True})).passed


@pytest.mark.claim("karat-order")
def test_weights_move_by_more_than_their_size():
    measured = claims.karat_order()
    assert measured["softmax"] < 1e-12
    assert measured["Kolmogorov-Arnold"] > 1
    for seed in range(1, 6):
        scores, parts = claims.rows(seeded(seed)), claims.drawn_map(seeded(seed))
        there = karat_weights(scores, *parts)
        back = karat_weights(scores.flip(-1), *parts).flip(-1)
        assert (there - back).norm() > there.norm()


@pytest.mark.claim("karat-rank")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_lie_in_as_many_dimensions_as_there_are_hidden_numbers(seed):
    scores, (waves, output) = claims.rows(seeded(seed)), claims.drawn_map(seeded(seed))
    assert torch.linalg.matrix_rank(karat_weights(scores, waves, output)) == 12
    one_hot = torch.eye(64, dtype=torch.float64)
    nearest = output @ torch.linalg.lstsq(output, one_hot).solution
    lost = (nearest - one_hot).square().sum(0).mean().item()
    assert lost == pytest.approx(1 - 12 / 64)
    assert claims.karat_rank()["share of one-hot rows lost"] == pytest.approx(lost)


@pytest.mark.claim("karat-rank")
def test_permutations_of_an_uneven_row_span_all_but_one_dimension():
    """So that a space of fewer which holds them all holds nothing but equal weights."""
    for seed in range(5):
        row = torch.randn(5, generator=seeded(seed), dtype=torch.float64)
        turned = torch.stack([row[list(order)] for order in itertools.permutations(range(5))])
        assert torch.linalg.matrix_rank(turned) >= 4
    assert torch.linalg.matrix_rank(torch.ones(120, 5)) == 1


@pytest.mark.claim("karat-turns")
def test_a_whole_turn_of_one_score_changes_nothing():
    measured = claims.karat_turns()
    assert measured["Kolmogorov-Arnold"] < 1e-12
    assert measured["softmax"] > 0.5
    scores, parts = claims.rows(seeded(5)), claims.drawn_map(seeded(6))
    turned = scores + 2 * math.pi * torch.eye(64, dtype=torch.float64)[7]
    before, behind = (weights / (1 - weights) for weights in
                      (softmax(each)[:, 7] for each in (scores, turned)))  # fmt: skip
    torch.testing.assert_close(behind / before, torch.full_like(before, 535.49), rtol=1e-4, atol=0)
    half = scores + math.pi * torch.eye(64, dtype=torch.float64)[7]
    assert (karat_weights(half, *parts) - karat_weights(scores, *parts)).abs().max() > 0.01


def test_in_the_figure_softmax_turns_with_its_keys_and_waves_do_not():
    compute = gallery()["karat-row"].compute
    as_it_is, turned = (compute(order=order) for order in ("as it is", "turned round"))
    assert as_it_is["softmax"] == pytest.approx(turned["softmax"])
    assert abs(as_it_is["learned"] - turned["learned"]).max() > 0.1
    assert as_it_is["softmax_sweep"][-1] > 0.9
    turn = abs(as_it_is["sweep"] - as_it_is["sweep"][0] - 2 * math.pi).argmin()
    assert as_it_is["learned_sweep"][turn] == pytest.approx(as_it_is["learned_sweep"][0], abs=0.1)
