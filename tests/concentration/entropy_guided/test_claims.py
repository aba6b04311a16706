"""The claims on entropy guidance, on the recorded seeds and on rows that they do not measure."""

import math
from pathlib import Path

import pytest
import torch

from attnkit.concentration import band_penalty
from attnkit.concentration.entropy_guided import claims
from attnkit.concentration.entropy_guided.recorded import SUMMARY, charged
from attnkit.diagnostics import entropy
from attnkit.experiments import experiments


@pytest.mark.claim("entropy-band-edge")
def test_one_penalty_jumps_where_the_other_begins():
    measured = claims.entropy_band_edge()
    assert measured["band, just inside"] == measured["released, just inside"] == 0
    assert 0 < measured["band, just outside"] < 1e-11
    assert measured["released, just outside"] == pytest.approx(measured["(ε log 2)²"], rel=1e-4)


def test_two_keys_have_the_entropy_asked_for():
    for share in (0.1, 0.5, 0.9):
        found = entropy(claims.two_keys(share)).item() / math.log(2)
        assert found == pytest.approx(share, abs=1e-9)


@pytest.mark.claim("entropy-guided-heads")
def test_every_seed_and_head_is_where_the_page_says():
    measured = claims.entropy_guided_heads()
    assert {len(cell["accuracy"]) for cell in SUMMARY["concentration-entropy-guided"].values()} == {
        5
    }
    fixed = "band, target fixed, weight 10"
    assert measured[f"{fixed}: least"] > 0.3
    assert measured[f"{fixed}: largest"] < 0.7
    assert measured[f"{fixed}: accuracy"] > 0.99
    assert measured["band, target fixed, weight 1: least"] < 0.02
    assert measured["released, target learned, weight 1: largest"] < 0.25
    assert measured["released, target learned, weight 10: largest"] < 0.2
    assert measured["none, weight 0: largest"] < 0.6


def test_a_learned_target_goes_to_the_tolerance_and_costs_accuracy_where_it_weighs():
    light, heavy = (charged("released, target learned", weight) for weight in (1, 10))
    targets = torch.tensor(light["targets"])
    assert (targets - 0.2).abs().max() < 0.02
    assert min(light["accuracy"]) == 1
    assert min(heavy["accuracy"]) < 0.96
    upward = torch.tensor(charged("band, target learned", 10)["targets"])
    assert upward.min() > 0.3
    assert upward.max() > 0.7
    with pytest.raises(ValueError, match="arm and weight must be one of"):
        charged("none", 3.0)


def test_log_of_the_context_pushes_heads_to_the_upper_edge():
    released = torch.tensor(charged("released, target fixed", 1)["entropies"])
    assert released.median() > 0.65
    assert charged("released, target fixed", 1)["targets"] == [[0.5, 0.5]] * 5


@pytest.mark.claim("collapsed-heads-have-no-slope")
def test_the_slope_dies_with_the_entropy_while_the_penalty_stays():
    measured = claims.collapsed_heads_have_no_slope()
    assert measured["gap 16, penalty"] > measured["gap 8, penalty"] > 0.4
    assert measured["gap 16, slope"] < 1e-3 < measured["gap 8, slope"] < measured["gap 6, slope"]
    gap = torch.tensor([12.0, 14.0], dtype=torch.float64)
    slopes = torch.stack([slope_at(each) for each in gap])
    # The slope falls as gap times e^-gap.
    wanted = 12 / 14 * math.exp(2)
    assert (slopes[0] / slopes[1]).item() == pytest.approx(wanted, rel=0.05)


def slope_at(gap):
    scores = torch.cat([gap.view(1), gap.new_zeros(15)]).requires_grad_()
    charge = band_penalty(scores.softmax(-1).view(1, 1, 16), gap.new_tensor([0.5]))
    return torch.autograd.grad(charge.sum(), scores)[0].norm()


def test_a_quick_unit_runs_twice_alike():
    experiment = experiments()["concentration-entropy-guided"]
    for arm in ("none", "released, target learned", "band, target fixed"):
        case = {"arm": arm, "weight": 1.0, "layers": 1, "steps": 3, "lists": 7, "rate": 0.01}
        first, second = (experiment.run(case, seed=1, device="cpu") for _ in range(2))
        assert first == second
        assert (first["targets"] == [0.5, 0.5]) == (arm != "released, target learned")


def test_what_is_packaged_is_what_was_recorded():
    assert SUMMARY.fresh() == dict(SUMMARY)


CHAPTER = Path(__file__).parents[3] / "book/concentration/entropy_guided/chapter.md"
ROWS = {
    "nothing": "none",
    "released, target 0.5": "released, target fixed",
    "band, target 0.5": "band, target fixed",
}


def test_the_chapter_s_table_is_what_was_recorded():
    lines = [line for line in CHAPTER.read_text(encoding="utf-8").splitlines() if "| " in line]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    assert len(rows) == len(SUMMARY["concentration-entropy-guided"])
    for name, weight, *numbers in rows:
        cell = charged(ROWS.get(name, name), float(weight))
        entropies = torch.tensor(cell["entropies"])
        found = (entropies.min().item(), entropies.max().item(), sum(cell["accuracy"]) / 5)
        assert [float(number) for number in numbers] == [
            pytest.approx(each, abs=10.0**-digits * 0.51)
            for each, digits in zip(found, (2, 2, 3), strict=True)
        ]
