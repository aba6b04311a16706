"""The claims on standardised attention, on other seeds; and the toy that the page tells of."""

import numpy as np
import pytest
import torch
from scipy.spatial import ConvexHull

from attnkit.densities import softmax
from attnkit.densities.probability_cage import claims, standardised_weights
from attnkit.densities.probability_cage.experiments import DIFFERENCE
from attnkit.densities.probability_cage.plane import hull, inside_hull
from attnkit.explore import gallery


@pytest.mark.claim("leaves-the-hull")
def test_softmax_stays_inside_and_standardised_scores_mostly_do_not():
    measured = claims.leaves_the_hull()
    assert measured["softmax"] == 0.0
    assert measured["gain 1"] > 0.88
    assert measured["gain 1, bias 1/8"] > 0.88
    for seed in (1, 2):
        assert claims.outside(softmax, seed=seed) == 0.0
        assert claims.outside(standardised_weights, seed=seed) > 0.88


def test_the_hull_is_scipy_s():
    generator = torch.Generator().manual_seed(0)
    for n in (3, 8, 31):
        points = torch.randn(n, 2, generator=generator, dtype=torch.float64)
        found, wanted = hull(points), ConvexHull(points.numpy())
        assert {tuple(p) for p in found.tolist()} == {
            tuple(p) for p in points[torch.tensor(wanted.vertices).long()].tolist()
        }
        for _ in range(20):
            place = torch.randn(2, generator=generator, dtype=torch.float64)
            below = wanted.equations[:, :2] @ place.numpy() + wanted.equations[:, 2]
            assert inside_hull(place, points) == (below.max() <= 0)


@pytest.mark.claim("root-of-n")
def test_the_read_out_grows_with_the_root_of_n():
    ratios = np.array([*claims.root_of_n().values()])
    np.testing.assert_allclose(ratios, 1.0, atol=0.06)
    for seed in (1, 2):
        assert claims.size_at(128, seed=seed) / 128**0.5 == pytest.approx(1.0, abs=0.06)


@pytest.mark.claim("one-head-subtracts")
def test_one_signed_head_reads_a_difference_and_one_softmax_head_half():
    measured = claims.difference()
    assert measured["standardised, 1 head, n = 16, most"] < 1e-6
    assert measured["softmax, 2 head, n = 16, most"] < 1e-6
    assert measured["softmax, 1 head, n = 16, least"] > 0.5
    assert measured["softmax, 1 head, n = 16, most"] < 0.52


@pytest.mark.claim("one-head-subtracts")
def test_at_another_length_it_reads_the_right_direction_at_the_wrong_size():
    """Four times the keys, twice the size: (2 − 1)² of the variance; sixteen times, (4 − 1)²."""
    measured = claims.difference()
    for n, wanted in ((64, 1.0), (256, 9.0)):
        for end in ("most", "least"):
            found = measured[f"standardised, 1 head, n = {n}, {end}"]
            assert found == pytest.approx(wanted, rel=0.04)
        assert measured[f"standardised, 1 head, n = {n}, cosine"] > 0.999


def test_with_scores_of_the_marks_alone_half_is_the_bound():
    """Errors (1 − m a)² + (1 + m b)² for weights a, b and a factor m: half of two, or more."""
    generator = torch.Generator().manual_seed(0)
    a, b = torch.rand(2, 10_000, generator=generator) / 2
    for m in torch.linspace(-4, 4, 41):
        assert ((1 - m * a) ** 2 + (1 + m * b) ** 2).min() >= 1 - 1e-6


def test_a_quick_unit_runs_twice_alike():
    for case in DIFFERENCE.cases["quick"]:
        first, second = (DIFFERENCE.run(case, seed=0, device="cpu") for _ in range(2))
        assert first == second
        assert np.isfinite([x for each in first.values() for x in each.values()]).all()


def test_the_figure_moves_along_a_line_out_of_the_hull():
    compute = gallery()["out-of-the-hull"].compute
    assert compute(gain=0.0, bias=0.125, n=8)["inside"] == 1.0
    assert compute(gain=1.0, bias=0.125, n=8)["inside"] == 0.0
    assert compute(gain=0.0, bias=0.125, n=8)["sum"] == pytest.approx(1.0)
    values = compute(gain=1.0, bias=0.0, n=16)
    crossed = values["line_x"][1] * values["read_y"] - values["line_y"][1] * values["read_x"]
    assert abs(crossed[0]) < 1e-9
    assert values["negative"] > 0


def test_the_figure_s_size_is_that_of_all_the_weights_with_their_bias():
    """Over many draws of values of variance one."""
    compute = gallery()["out-of-the-hull"].compute
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(4000, 16, generator=generator, dtype=torch.float64)
    values = torch.randn(4000, 16, generator=generator, dtype=torch.float64)
    for gain, bias in ((0.5, 0.25), (0.0, 0.125)):
        read = (standardised_weights(scores, gain, bias) * values).sum(-1)
        found = compute(gain=gain, bias=bias, n=16)
        assert found["size_now"][0] == pytest.approx(read.square().mean().sqrt().item(), rel=0.04)
        assert found["size"][2] == found["size_now"][0]
