"""What the page on Miras says of the toy and of the encoder, and quick runs of both."""

import pytest

from attnkit.experiments import load
from attnkit.memory.miras.experiments import LOSSES, MIRAS_ENCODER, MIRAS_OUTLIERS
from attnkit.memory.miras.outliers import RATES
from tests.trained.models import needs_encoder


def distances(loss, share):
    units = load("memory-miras-outliers")["units"]
    case = {"loss": loss, "share": share} | ({"size": 20.0} if share == 0.1 else {})
    return [u["result"]["distance"] for u in units if case.items() <= u["case"].items()]


def mean(numbers):
    return sum(numbers) / len(numbers)


def test_bounded_losses_stay_and_the_cube_runs_away():
    said = {"squared": 1.99, "Huber 0.3": 0.067, "power 1": 0.101, "power 1.5": 0.28}
    for loss, wanted in said.items():
        assert mean(distances(loss, 0.1)) == pytest.approx(wanted, rel=0.02)
    assert distances("power 3", 0.1) == [None] * 5
    assert mean(distances("squared", 0.3)) == pytest.approx(9.1, rel=0.01)
    assert mean(distances("Huber 0.3", 0.3)) == pytest.approx(0.117, rel=0.01)


def test_without_outliers_the_order_turns_round():
    clean = {loss: distances(loss, 0.0) for loss in LOSSES}
    said = {"power 1": 0.096, "Huber 0.3": 0.054, "squared": 0.047, "power 3": 0.043}
    for loss, wanted in said.items():
        assert mean(clean[loss]) == pytest.approx(wanted, abs=5e-4)
    others = [d for loss, found in clean.items() if loss != "power 3" for d in found]
    assert mean(clean["power 3"]) < min(others)
    assert max(clean["squared"]) < min(clean["Huber 0.3"])


def test_no_rate_was_chosen_at_an_end_of_its_grid():
    units = load("memory-miras-outliers")["units"]
    assert {u["result"]["rate"] for u in units} < set(RATES[1:-1])


def encoded(loss):
    units = load("memory-miras-encoder")["units"]
    return {u["case"]["rate"]: u["result"] for u in units if u["case"]["loss"] == loss}


def test_real_errors_have_no_tail_and_need_no_bound():
    _, median, worst = encoded("squared")[0.3]["tail"]
    assert (median, worst) == pytest.approx((1.5, 2.5), abs=0.05)
    recalled = {k: {r: f["cosine"] for r, f in encoded(k).items()} for k in LOSSES}
    rates = {loss: max(found, key=found.get) for loss, found in recalled.items()}
    best = {loss: found[rates[loss]] for loss, found in recalled.items()}
    said = {"squared": 0.674, "power 1.5": 0.667, "Huber 0.3": 0.665, "power 3": 0.649,
            "power 1": 0.624}  # fmt: skip
    for loss, wanted in said.items():
        assert best[loss] == pytest.approx(wanted, abs=6e-4)
    assert max(best, key=best.get) == "squared"
    assert rates["Huber 0.3"] == 3.0
    assert all(min(f) < rates[loss] < max(f) for loss, f in recalled.items())


def test_a_quick_run_of_the_toy():
    case = {"loss": "Huber 0.3", "share": 0.1, "size": 20.0, "n": 50}
    squared = MIRAS_OUTLIERS.run(case | {"loss": "squared"}, seed=0, device="cpu")
    assert MIRAS_OUTLIERS.run(case, seed=0, device="cpu")["distance"] < squared["distance"] / 3


@needs_encoder
def test_a_quick_run_of_the_encoder():
    found = MIRAS_ENCODER.run(
        {"loss": "squared", "rate": 0.3, "n_passages": 1}, seed=0, device="cpu"
    )
    assert 0 < found["cosine"] < 1
    assert 1 < found["tail"][0] < found["tail"][2]
