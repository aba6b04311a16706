"""The detector of the patterns: each one alone can fail it."""

import pytest
import torch

from attnkit.icl import Circuits, Recipe, RegressionTask
from attnkit.icl.emergence import emergence_steps, measure_patterns
from attnkit.icl.training import TrainingRun

D = 5


def ideal(scales=(0.2, -0.2), gains=(2.2, -2.2)) -> Circuits:
    scales, gains = torch.tensor(scales), torch.tensor(gains)
    key_query = torch.zeros(len(scales), D + 1, D)
    key_query[:, :D] = scales[:, None, None] * torch.eye(D)
    output_value = torch.zeros(len(scales), 1, D + 1)
    output_value[:, 0, D] = gains
    return Circuits(key_query, output_value)


def test_the_ideal_layer_has_emerged():
    patterns = measure_patterns(ideal())
    assert patterns.emerged
    assert patterns.diagonal_energy == 1
    assert patterns.label_energy == 1
    assert patterns.zero_sum_ratio == 0


def test_a_dummy_head_is_ignored():
    assert measure_patterns(ideal((0.2, -0.2, 0.9), (2.2, -2.2, 0.0))).emerged


def test_two_heads_may_share_the_work_of_one():
    assert measure_patterns(ideal((0.2, -0.2, -0.2), (2.2, -1.0, -1.2))).emerged


@pytest.mark.parametrize(
    ("scales", "gains"),
    [
        ((0.2, 0.2), (2.2, 2.2)),  # one sign
        ((0.2, -0.2), (-2.2, 2.2)),  # scales against gains
        ((0.2, -0.2), (2.2, -1.8)),  # no zero sum
        ((0.2, -0.3), (2.2, -2.2)),  # unequal scales
        ((0.2,), (2.2,)),  # alone
    ],
)
def test_each_missing_pattern_is_noticed(scales, gains):
    assert not measure_patterns(ideal(scales, gains)).emerged


def test_off_diagonal_and_label_row_and_input_entries_are_noticed():
    for place, matrix in (((0, 0, 1), "key_query"), ((0, D, 0), "key_query")):
        circuits = ideal()
        getattr(circuits, matrix)[place] = 0.2
        assert not measure_patterns(circuits).emerged
    circuits = ideal()
    circuits.output_value[0, 0, 0] = 0.5
    assert not measure_patterns(circuits).emerged


def test_seeds_are_judged_one_by_one():
    good, bad = ideal(), ideal((0.2, 0.2), (2.2, 2.2))
    both = Circuits(
        torch.stack([good.key_query, bad.key_query]),
        torch.stack([good.output_value, bad.output_value]),
    )
    assert measure_patterns(both).emerged.tolist() == [True, False]


def run_of(*states: bool) -> TrainingRun:
    layers = {True: ideal(), False: ideal((0.2, 0.2), (2.2, 2.2))}
    checkpoints = [
        Circuits(layers[state].key_query[None], layers[state].output_value[None])
        for state in states
    ]
    return TrainingRun(
        RegressionTask(), Recipe(), [25 * i for i in range(len(states))], checkpoints
    )


@pytest.mark.parametrize(
    ("states", "step"),
    [
        ((False, True, True), 25),
        ((True, True, True), 0),
        ((False, True, False, True), 75),  # must persist
        ((True, True, False), None),
        ((False, False), None),
    ],
)
def test_emergence_must_stay_to_the_end(states, step):
    assert emergence_steps(run_of(*states)) == [step]


def test_several_targets_are_refused():
    with pytest.raises(ValueError, match=r"one target .* got 2"):
        measure_patterns(Circuits(torch.zeros(2, 5, 3), torch.zeros(2, 2, 5)))


def test_a_layer_without_gains_or_scales_has_no_patterns():
    nothing = measure_patterns(ideal((0.2, -0.2), (0.0, 0.0)))
    assert not nothing.emerged
    for name in ("diagonal_energy", "label_energy", "zero_sum_ratio", "scale_spread"):
        assert getattr(nothing, name).isnan()
    flat = measure_patterns(ideal((0.0, 0.0), (2.2, -2.2)))
    assert not flat.emerged
    assert flat.diagonal_energy == 0


@pytest.mark.parametrize(
    ("scales", "gains", "emerged"),
    [
        ((0.2, -0.2, 0.01), (2.2, -2.15, -0.09), True),  # a dummy: 4 % of the largest gain
        ((0.2, -0.2, 0.01), (2.2, -2.05, -0.15), False),  # active: 7 %, and of another scale
        ((0.2, -0.228), (2.2, -2.2), True),
        ((0.2, -0.232), (2.2, -2.2), False),
        ((0.2, -0.2), (2.2, -2.0), True),
        ((0.2, -0.2), (2.2, -1.98), False),
    ],
)
def test_the_thresholds_are_those_of_the_book(scales, gains, emerged):
    assert bool(measure_patterns(ideal(scales, gains)).emerged) == emerged


def test_the_thresholds_of_energy():
    for name, place, size, emerged in (
        ("key_query", (0, 0, 1), 0.1, True),  # 0.01 of 0.21 in five entries of 0.2
        ("key_query", (0, 0, 1), 0.105, False),
        ("output_value", (0, 0, 0), 0.218, True),
        ("output_value", (0, 0, 0), 0.226, False),
    ):
        circuits = ideal()
        getattr(circuits, name)[place] = size
        assert bool(measure_patterns(circuits).emerged) == emerged
