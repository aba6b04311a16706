"""What the figure of gate and sink is there to show."""

import numpy as np
import pytest

from attnkit.explore import gallery


@pytest.fixture(scope="module")
def compute():
    return gallery()["gate-or-sink"].compute


def test_a_gate_that_knows_nothing_halves(compute):
    values = compute()
    np.testing.assert_allclose(values["gated"], values["plain"] / 2)


def test_knowledge_silences_the_last_rows_and_leaves_the_map(compute):
    plain, knowing = compute(), compute(sharpness=5.0)
    np.testing.assert_array_equal(plain["map"], knowing["map"])
    assert knowing["gated"][8:].max() < 0.01
    assert knowing["asked_now"] < 0.06
    assert knowing["unasked_now"] < 0.01


def test_a_sink_silences_them_too_and_the_others_pay(compute):
    open_gate = {"bias": 3.0, "sharpness": 0.0}
    without, sink = compute(**open_gate), compute(**open_gate, sink=6.0)
    assert sink["sink_now"] > 0.95
    assert sink["plain"][8:].max() < 0.02 < 0.2 < without["plain"][8:].min()
    assert sink["asked_now"] > 0.4 > without["asked_now"]


def test_the_shown_error_is_on_its_curve(compute):
    for silent in (0.0, 0.25, 0.75):
        values = compute(bias=-1.0, sharpness=2.0, silent=silent)
        place = list(values["biases"]).index(-1.0)
        assert values["asked"][place] == pytest.approx(values["asked_now"])
        assert values["unasked"][place] == pytest.approx(values["unasked_now"])
