"""The claim on attacked readers, from the recorded run, and the page's table."""

import re
from pathlib import Path

import pytest
import torch

from attnkit.interpretation.perturbations import claims
from attnkit.interpretation.perturbations.experiments import PERTURBATIONS_TOY, attacked_loss
from attnkit.interpretation.perturbations.figures import attacked_scores
from attnkit.interpretation.perturbations.recorded import attacked
from attnkit.interpretation.shared.experiments.reader import plain_loss, trained
from attnkit.interpretation.shared.sentences import draw

PAGE = Path(__file__).parents[3] / "book/interpretation/perturbations/chapter.md"


@pytest.mark.claim("attacks-silence-attention")
def test_with_context_attacked_weights_tell_less_and_accuracy_stays():
    shares, accuracies = (attacked("BiGRU", measure)[1] for measure in ("share", "accuracy"))
    assert (shares[2] < 0.5 * shares[0]).all()
    assert (shares[3] < 0.5 * shares[0]).all()
    assert (abs(accuracies[2] - accuracies[0]) < 0.02).all()
    found = claims.attacks_silence()
    assert found["bag, accuracy, ε = 1"] < found["bag, accuracy, ε = 0"] - 0.05
    assert found["bag, tau, ε = 5"] > found["bag, tau, ε = 0"] + 0.05


@pytest.mark.parametrize("size", [0.3, 1.0, 3.0])
def test_the_figure_s_attack_moves_weight_from_the_word_most_for_to_the_one_most_against(size):
    told = attacked_scores.row(size, 1.0)
    moved = told["after"] - told["before"]
    assert moved.argmin() == attacked_scores.VALUES.argmax()
    assert moved.argmax() == attacked_scores.VALUES.argmin()


def test_an_attack_of_no_size_is_twice_the_loss_and_a_larger_one_more():
    reader = trained("bag", "additive", n_steps=30, seed=0).requires_grad_(True)
    batch = draw(64, torch.Generator().manual_seed(0))
    plain = 2 * plain_loss(reader, *batch)
    torch.testing.assert_close(attacked_loss(0.0)(reader, *batch), plain)
    losses = [attacked_loss(size)(reader, *batch).item() for size in (0.0, 0.1, 0.5, 1.0)]
    assert losses == sorted(losses)
    assert losses[-1] > losses[0] + 1e-3


def test_a_quick_unit_is_the_same_again():
    (case, *_) = PERTURBATIONS_TOY.cases["quick"]
    found = PERTURBATIONS_TOY.run(case, seed=0, device="cpu")
    assert found == PERTURBATIONS_TOY.run(case, seed=0, device="cpu")


def test_the_page_s_table_is_the_recorded_run():
    rows = re.findall(r"^\| (bag|BiGRU), ε = ([\d.]+) \|(.*)\|$", PAGE.read_text(), re.M)
    assert len(rows) == 8
    for context, size, cells in rows:
        for cell, measure in zip(cells.split("|"), ("share", "accuracy", "tau"), strict=True):
            sizes, table = attacked(context, measure)
            row = table[[*sizes].index(float(size))]
            assert cell.strip() == f"{row.mean():.2f} ± {row.std(ddof=1):.2f}"
