"""The experiments: their data, their baselines, what validation chooses, and what was recorded."""

import dataclasses
import math

import numpy as np
import pytest
import torch

from attnkit.densities import recorded
from attnkit.densities.layers.experiments import gesture_data, training
from attnkit.densities.layers.experiments.baselines import logistic_regression, nearest_neighbour
from attnkit.densities.layers.experiments.declarations import TIME_WARPING, UWAVE
from attnkit.densities.layers.experiments.encoder import SampleHeads
from attnkit.densities.layers.experiments.training import (
    Examples,
    Plan,
    chosen_by_validation,
    split,
)
from attnkit.densities.layers.experiments.warping import (
    clock,
    global_process,
    simulate,
    unwarped_means,
)
from attnkit.densities.values.tabulated import TabulatedValues
from attnkit.experiments import ExperimentError, load, run

EXPERIMENTS = (TIME_WARPING, UWAVE)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_the_global_process_is_the_printed_one():
    amplitudes = torch.tensor([[2.0, -3.0, 1.5, 0.5]], dtype=torch.float64)
    times = torch.tensor([0.1, 0.3, 0.6, 0.9], dtype=torch.float64)
    wanted = [
        2 * math.cos(0.9 * math.pi),
        -3 * 0.3**2,
        1.5 * math.sin(0.6),
        0.5 * math.cos(17 * 0.9 * math.pi),
    ]
    torch.testing.assert_close(global_process(amplitudes, times)[0].tolist(), wanted)


def test_clocks_run_from_zero_to_one_as_the_integral_of_a_decay():
    rates = torch.tensor([[1e-6], [3.0], [25.0]], dtype=torch.float64)
    fine = torch.linspace(0, 1, 200_001, dtype=torch.float64)
    decay = torch.exp(-rates * fine)
    integral = torch.cumulative_trapezoid(decay, fine, dim=-1)
    wanted = integral / integral[:, -1:]
    torch.testing.assert_close(clock(fine[1:], rates), wanted, rtol=0, atol=1e-7)


def test_labels_compare_halves_of_global_time_and_unwarping_finds_them():
    warped = simulate(300, 3001, fastest=8.0, generator=generator())
    values = TabulatedValues(warped.series.unsqueeze(-1))
    means = unwarped_means(lambda points: values(points).squeeze(-1), warped)
    sure = (means[:, 0] - means[:, 1]).abs() > 0.02
    assert sure.float().mean() > 0.8
    assert torch.equal(means.argmax(-1)[sure], warped.labels[sure])


def test_unwarping_is_an_expectation_under_the_warped_density():
    warped = simulate(5, 11, fastest=5.0, generator=generator(1))
    points = torch.linspace(0, 1, 400_001, dtype=torch.float64)
    slope = warped.rates * torch.exp(-warped.rates * points) / -torch.expm1(-warped.rates)
    late = clock(points, warped.rates) > 0.5
    wanted = torch.trapezoid(2 * late * slope * (3 * points).sin(), points)
    found = unwarped_means(lambda t: (3 * t).sin(), warped)[:, 1]
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-4)


def test_parts_are_disjoint_and_complete_and_the_seed_fixes_them():
    parts = split(101, generator=generator(3))
    assert sorted(torch.cat(parts).tolist()) == list(range(101))
    assert [len(part) for part in parts] == [61, 20, 20]
    again = split(101, generator=generator(3))
    assert all(torch.equal(a, b) for a, b in zip(parts, again, strict=True))


def test_nearest_neighbour_copies_the_closest_training_label():
    inputs = torch.randn(47, 5, generator=generator())
    labels = torch.randint(3, (47,), generator=generator(1))
    parts = split(47, generator=generator(2))
    right = 0
    for row in parts[2]:
        closest = min(parts[0], key=lambda other: (inputs[row] - inputs[other]).norm())
        right += int(labels[closest] == labels[row])
    assert nearest_neighbour(inputs, labels, parts)["test"] == pytest.approx(right / len(parts[2]))


def test_logistic_regression_separates_what_is_linear():
    inputs = torch.randn(200, 3, generator=generator())
    labels = (inputs @ torch.tensor([1.0, -2.0, 0.5]) > 0).long()
    found = logistic_regression(inputs, labels, split(200, generator=generator(2)))
    assert found["test"] > 0.9
    assert found["penalty"] in (1e-4, 1e-3, 1e-2, 1e-1)


class Bias(torch.nn.Module):
    """Logits that ignore the series; the heads are never dead."""

    def __init__(self):
        super().__init__()
        self.heads = torch.nn.Linear(1, 2)

    def forward(self, signal, values, samples):
        return self.heads(signal), torch.zeros(len(signal), 1, dtype=torch.bool)


def test_validation_chooses_and_the_test_part_has_no_say(monkeypatch):
    signal = torch.randn(80, 1, generator=generator())
    labels = (signal[:, 0] > 0).long()
    parts = split(80, generator=generator(1))
    flipped = labels.clone()
    flipped[parts[2]] = 1 - flipped[parts[2]]
    plan = Plan(rates=(1e-5, 0.3), epochs=5, patience=5, batch=16)
    scores = [
        chosen_by_validation(
            Bias, Examples(signal, lambda rows: None, (), classes), parts, plan, seed=0
        )
        for classes in (labels, flipped)
    ]
    assert scores[0].rate == 0.3
    assert scores[0].test > 0.9
    assert scores[1][1:4] == scores[0][1:4]
    assert scores[1].test == pytest.approx(1 - scores[0].test)


def test_the_start_comes_from_the_seed_within_the_usual_bounds():
    first, again, other = (training._started(torch.nn.Linear(16, 7), seed) for seed in (0, 0, 1))
    assert torch.equal(first.weight, again.weight)
    assert not torch.equal(first.weight, other.weight)
    assert 0.2 < first.weight.abs().max() <= 0.25


def test_sample_heads_read_only_what_counts():
    heads = SampleHeads(2, 3)
    times, values = torch.rand(5, 7), torch.rand(5, 7, 2)
    counts = torch.arange(7) < torch.tensor([[7], [1], [3], [2], [6]])
    summary = torch.randn(5, 256)
    context, _ = heads(summary, None, (times, values, counts))
    torch.testing.assert_close(context[1], values[1, :1].expand(3, 2))
    changed = torch.where(counts.unsqueeze(-1), values, 99.0)
    torch.testing.assert_close(heads(summary, None, (times, changed, counts))[0], context)


def test_uwave_without_its_file_says_how_to_name_it(monkeypatch):
    monkeypatch.delenv("ATTNKIT_UWAVE", raising=False)
    case = UWAVE.cases["full"][0]
    with pytest.raises(ExperimentError, match="ATTNKIT_UWAVE"):
        UWAVE.run(case, seed=0, device="cpu")


def test_a_tenth_of_the_points_of_three_axes_in_a_row(tmp_path, monkeypatch):
    series = np.random.default_rng(0).normal(size=(11, 3, 50)).astype(np.float32)
    np.savez(tmp_path / "u.npz", X=series, y=np.arange(11) % 3 + 1)
    monkeypatch.setenv("ATTNKIT_UWAVE", str(tmp_path / "u.npz"))
    fitted = gesture_data.fitted_uwave.__wrapped__(0, 0.1, "cpu")
    times, values, counts = fitted.examples.samples
    assert times.shape == counts.shape == (11, 15)
    assert values.shape == (11, 15, 1)
    places = (times[4] * 149).round().long()
    assert values[4, :, 0].tolist() == series[4].reshape(-1)[places].tolist()
    assert fitted.n_classes == 3
    assert fitted.examples.labels.tolist() == [0, 1, 2] * 3 + [0, 1]


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.name)
def test_quick_runs_one_seed_of_every_method(experiment, tmp_path):
    if experiment is UWAVE:
        pytest.importorskip("aeon")
    short = [
        case | ({"epochs": 2} if "epochs" in case else {}) for case in experiment.cases["quick"]
    ]
    short = dataclasses.replace(experiment, cases={"quick": short}, seeds={"quick": 1})
    result = run(short, scale="quick", folder=tmp_path)
    assert all(0 <= unit["result"]["test"] <= 1 for unit in result["units"])
    methods = {case["method"] for case in experiment.cases["full"]}
    assert {unit["case"]["method"] for unit in result["units"]} == methods


@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda e: e.name)
def test_the_recorded_run_is_whole(experiment):
    result = load(experiment.name)
    assert result["scale"] == "full"
    assert len(result["units"]) == len(experiment.units("full"))


def test_tables_have_a_row_for_every_method_of_the_paper():
    for name, paper in recorded.PAPER.items():
        rows = recorded.comparison(name)
        assert {row.method for row in rows if row.paper} == set(paper)
        assert all(0 <= row.accuracy <= 100 and row.spread >= 0 for row in rows)
    heads = [row.heads for row in recorded.by_heads()]
    assert heads == sorted(heads)
    assert {1, 32} <= set(heads)


def test_paired_differences_are_those_of_the_t_test():
    stats = pytest.importorskip("scipy.stats")
    first, second = np.array([91.0, 94.0, 90.5, 93.0]), np.array([88.0, 93.0, 90.0, 89.5])
    found = recorded.paired_difference(first, second)
    wanted = stats.ttest_rel(first, second).confidence_interval()
    assert found.mean == pytest.approx(2.0)
    assert (found.low, found.high) == pytest.approx((wanted.low, wanted.high))
    with pytest.raises(ValueError, match="common seeds"):
        recorded.paired_difference(first, second[:3])
    with pytest.raises(KeyError, match="no case"):
        recorded.accuracies("densities-uwave", "cts softmax", heads=3)
