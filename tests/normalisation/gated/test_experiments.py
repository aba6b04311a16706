"""The toy runs alike twice; rows of sinks are measured on maps whose answer is known."""

import math

import pytest
import torch

from attnkit.normalisation.gated import experiments
from tests.normalisation.shared.edges import rows
from tests.trained.models import needs_encoder


def test_a_quick_unit_of_the_toy_runs_twice_alike():
    case = {"begins": False, "gate": True, "n_steps": 5}
    one, two = (experiments.run_toy(case, seed=3, device="cpu") for _ in range(2))
    assert one == two
    assert all(math.isfinite(number) for number in one.values())
    other = experiments.run_toy(case | {"gate": False}, seed=3, device="cpu")
    assert other["loss"] != one["loss"]


def test_what_is_given_and_the_rest_make_up_what_is_read():
    weights, values = rows(2, 5, 7).softmax(-1), rows(2, 7, 3, seed=1)
    found = experiments.rows_of_sinks(weights, values)
    for head, q in ((0, 2), (1, 4)):
        length = values[head].norm(dim=-1).median()
        mass = weights[head, q, 0]
        given = mass * values[head, 0]
        others = weights[head, q, 1:] / weights[head, q, 1:].sum()
        rest = others @ values[head, 1:]
        torch.testing.assert_close(found["mass"][head, q], mass)
        torch.testing.assert_close(found["given"][head, q], given.norm() / length)
        torch.testing.assert_close(found["rest"][head, q], rest.norm() / length)
        read = given + (1 - mass) * rest
        torch.testing.assert_close(found["output"][head, q], read.norm() / length)


def test_numbers_that_are_undefined_are_none():
    constant = torch.ones(5)
    assert experiments._correlation(constant, torch.arange(5.0)) is None
    assert experiments._correlation(-torch.arange(5.0), torch.arange(5.0)) == pytest.approx(-1)
    assert experiments._mean(constant[:0]) is None
    assert experiments._mean(constant) == 1


@needs_encoder
def test_a_quick_unit_measures_every_head():
    (case,) = experiments.SINK_AS_GATE.cases["quick"]
    found = experiments.run_sink_as_gate(case, seed=0, device="cpu")
    assert {len(numbers) for numbers in found.values()} == {72}
    assert all(0 < mass < 1 for mass in found["mass"])
