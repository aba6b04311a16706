"""The claims on agreement: the recorded orders, a bag trained anew, and the page's numbers."""

import re
from pathlib import Path

import pytest
import torch

from attnkit.interpretation.agreement import claims, kendall_tau
from attnkit.interpretation.agreement.experiments.toy import AGREEMENT_TOY, explained
from attnkit.interpretation.agreement.recorded import agreement_real, agreement_toy
from attnkit.interpretation.shared.experiments.reader import trained
from attnkit.interpretation.shared.sentences import WORD_VALUES, draw, relevance

PAGE = Path(__file__).parents[3] / "book/interpretation/agreement/chapter.md"


@pytest.mark.claim("context-parts-explanations")
def test_context_parts_attention_from_the_others_in_every_seed():
    bag, both = agreement_toy("bag"), agreement_toy("BiGRU")
    assert len(bag["accuracy"]) == 5
    for pair in ("attention - gradient", "attention - deleted", "attention - planted"):
        assert both[pair].max() + 0.1 < bag[pair].min()
    assert abs(both["deleted - planted"].mean() - bag["deleted - planted"].mean()) < 0.05
    assert (both["deleted - planted"] > both["attention - planted"]).all()
    for table in (bag, both):
        assert table["accuracy"].min() >= 0.99
        assert max(abs(taus.mean()) for name, taus in table.items() if "random" in name) < 0.05


@pytest.mark.claim("context-parts-explanations")
def test_a_bag_trained_anew_attends_to_what_matters():
    reader = trained("bag", "dot", n_steps=150, seed=11)
    words, _ = draw(40, torch.Generator().manual_seed(0))
    planted = relevance(words).float()
    assert kendall_tau(reader.weights(words), planted).nanmean() > 0.5


@pytest.mark.claim("explanations-disagree")
def test_explanations_of_the_encoder_agree_little_and_chance_not_at_all():
    found = claims.explanations_disagree()
    table = {name: tau for name, (tau, _) in agreement_real("sizes").items()}
    known = sorted(tau for name, tau in table.items() if "random" not in name)
    assert found["chance, furthest from 0"] < 0.05
    assert found["largest of all pairs"] == found["attention - gradient"] == known[-1]
    assert known[-2] < 0.45 < 0.5 < known[-1]
    assert found["deleted - replaced"] < found["attention - deleted"]
    text = " ".join(PAGE.read_text().split())
    assert f"the median pair has {found['median of all pairs']:.2f}" in text


def test_the_page_tells_the_recorded_numbers():
    text = " ".join(PAGE.read_text().split())
    bag, both = agreement_toy("bag"), agreement_toy("BiGRU")
    for pair in ("attention - gradient", "attention - deleted", "attention - planted"):
        assert f"{bag[pair].mean():.2f}" in text
        assert f"{both[pair].mean():.2f}" in text
    pair = "deleted - planted"
    assert f"agree by {bag[pair].mean():.2f} and {both[pair].mean():.2f}" in text
    known = ("attention", "gradient x input", "integrated", "deleted", "replaced")
    planted = [bag[f"{name} - planted"].mean() for name in known]
    assert f"by {min(planted):.2f} to {max(planted):.2f}, but for the gradient's norm" in text
    assert f"which has {bag['gradient - planted'].mean():.2f}" in text
    pair = "deleted - replaced"
    assert f"agree by {bag[pair].mean():.2f} only" in text
    assert f"With a BiGRU it is {both[pair].mean():.2f}" in text


def test_the_page_s_table_is_the_recorded_run():
    names = {
        "attention": "attention",
        "rollout": "rollout",
        "gradient norm": "gradient",
        "gradient times input": "gradient x input",
        "integrated gradients": "integrated",
        "deleted": "deleted",
        "masked": "replaced",
        "chance": "random",
    }
    rows = re.findall(
        r"^\| (.+) – (.+?) \| (-?\d\.\d\d) \| (-?\d\.\d\d) \|", PAGE.read_text(), re.M
    )
    assert len(rows) >= 6
    for first, second, unsigned, signed in rows:
        pair = f"{names[first]} - {names[second]}"
        assert f"{agreement_real('sizes')[pair][0]:.2f}" == unsigned
        assert f"{agreement_real('signed')[pair][0]:.2f}" == signed


def test_explanations_of_the_toy_are_of_one_length_and_the_values_cancel():
    assert WORD_VALUES.sum() == 0
    reader = trained("bag", "additive", n_steps=2, seed=0)
    words, labels = draw(3, torch.Generator().manual_seed(0))
    sums = WORD_VALUES[words].sum(-1)
    assert ((sums > 0) == (labels > 0.5)).all()
    assert (sums != 0).all()
    found = explained(reader, words[0], torch.Generator().manual_seed(0))
    assert {len(each) for each in found.values()} == {14}


def test_a_quick_unit_is_the_same_again():
    (case, *_) = AGREEMENT_TOY.cases["quick"]
    found = AGREEMENT_TOY.run(case, seed=0, device="cpu")
    assert found == AGREEMENT_TOY.run(case, seed=0, device="cpu")
