"""The claims on information: its bias by other seeds, the recorded order, the page."""

from pathlib import Path

import pytest
import torch

from attnkit.interpretation.information import claims, information_bias
from attnkit.interpretation.information.experiments import INFORMATION_TOY, share_told
from attnkit.interpretation.information.recorded import told
from attnkit.interpretation.shared.experiments.reader import trained

PAGE = Path(__file__).parents[3] / "book/interpretation/information/chapter.md"


@pytest.mark.claim("information-bias")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shuffled_labels_tell_the_bias(seed):
    for n, bins in ((300, 10), (1000, 10), (1000, 40)):
        found = claims.chance_told(n, bins, seed=seed)
        assert found == pytest.approx(information_bias(bins, 3, n), rel=0.1)


def test_more_bins_look_more_informative_and_more_samples_less():
    found = claims.bias_of_counting()
    assert found["N = 1000, 40 bins"] > 3.5 * found["N = 1000, 10 bins"]
    assert found["N = 300, 10 bins"] > 3 * found["N = 1000, 10 bins"]
    for n, bins, text in ((300, 10, "0.03"), (1000, 10, "0.009"), (1000, 40, "0.039")):
        formula = found[f"N = {n}, {bins} bins, formula"]
        assert formula == pytest.approx(float(text), rel=1e-9)


@pytest.mark.claim("context-costs-information")
def test_context_costs_information_and_what_is_shuffled_tells_nothing():
    found = claims.context_costs()
    least = min(found[f"bag, {scores}, least"] for scores in ("additive", "dot"))
    most = max(found[f"BiGRU, {scores}, most"] for scores in ("additive", "dot"))
    assert least > 1.4 * most
    assert found["shuffled, most"] < 0.003


def test_the_page_tells_the_recorded_numbers():
    text = " ".join(PAGE.read_text().split())
    shares = told("share")
    for context in ("bag", "BiGRU"):
        rows = [shares[f"{context}, {scores}"] for scores in ("additive", "dot")]
        assert f"{min(r.min() for r in rows):.2f} to {max(r.max() for r in rows):.2f}" in text
    assert (shares["BiGRU, additive"] > shares["BiGRU, dot"]).all()
    means = [shares[f"BiGRU, {scores}"].mean() for scores in ("additive", "dot")]
    assert "{:.2f} against {:.2f} in the mean".format(*means) in text
    steps = {unit["steps"] for unit in INFORMATION_TOY.cases["full"]}
    assert f"After {steps.pop()} steps" in text
    assert not steps
    accuracies = told("accuracy")
    for context in ("bag", "BiGRU"):
        rows = [accuracies[f"{context}, {scores}"] for scores in ("additive", "dot")]
        assert f"{min(r.min() for r in rows):.2f} to {max(r.max() for r in rows):.2f}" in text


def test_additive_scores_of_a_bag_had_not_learned_all_in_their_200_steps():
    longer = trained("bag", "additive", n_steps=500, seed=0)
    found = share_told(longer, torch.Generator().manual_seed(1000))
    assert 0.47 < told("share")["bag, additive"][0] < 0.48
    assert 0.6 < found["share"] < 0.7
    assert found["accuracy"] > told("accuracy")["bag, additive"][0] + 0.05


def test_a_quick_unit_says_every_number():
    (case, *_) = INFORMATION_TOY.cases["quick"]
    found = INFORMATION_TOY.run(case, seed=0, device="cpu")
    assert found == INFORMATION_TOY.run(case, seed=0, device="cpu")
    assert 0 <= found["shuffled"] < 0.01 < found["accuracy"] <= 1
