"""The claims on the minimal transformer, and its figure."""

import numpy as np
import pytest

from attnkit.explore import gallery
from attnkit.structure.minimal import claims
from attnkit.structure.minimal.experiments import digits, real_symmetry
from attnkit.structure.minimal.recorded import accuracies
from attnkit.structure.minimal.recorded import real_symmetry as recorded_symmetry
from tests.trained.models import needs_encoder


@pytest.mark.claim("digits-need-one-of-two")
def test_an_mlp_or_attention_is_enough():
    found = claims.minimal_digits()
    for name, slack in (("no MLP", 0.03), ("no attention", 0.03), ("least", 0.06)):
        assert found[f"{name}, right"] > found["all, right"] - slack
    lost = found["all, right"] - found["neither, right"]
    assert lost == pytest.approx(0.25, abs=0.0051)
    assert found["least, numbers"] < found["all, numbers"] / 6


def test_the_page_s_numbers_are_recorded():
    right = [claims.minimal_digits()[f"{name}, right"] for name in claims.VARIANTS]
    np.testing.assert_allclose(right, [0.944, 0.939, 0.917, 0.956, 0.698], atol=6e-4)
    assert len(accuracies(**claims.VARIANTS["all"])[1]) == 3
    with pytest.raises(ValueError, match="no classifier was trained"):
        accuracies("none", value_output=True, mlp=True)


@pytest.mark.claim("real-scores-hardly-symmetric")
def test_real_scores_are_a_little_more_symmetric_than_chance():
    found = claims.symmetry()
    assert found["chance"] == pytest.approx(0.5 + 0.5 / 384, abs=0.01)
    assert found["chance"] + 0.05 < found["mean share"] < 0.65
    assert 0.35 < found["least"] < 0.45 < 0.8 < found["most"] < 0.9
    assert 0.25 < found["moved, symmetric"] < found["moved, uniform"]
    assert found["moved, turned round"] > found["moved, uniform"]
    _, moved = recorded_symmetry()
    assert (moved["symmetric"] < moved["uniform"]).mean() > 0.9


@pytest.mark.claim("real-scores-hardly-symmetric")
def test_chance_is_a_half_and_one_over_twice_the_width():
    for width, d_key in ((48, 5), (24, 24)):
        found = [claims.random_share(width, d_key, seed=seed) for seed in range(40)]
        assert np.mean(found) == pytest.approx(0.5 + 0.5 / width, abs=0.01)


def test_a_quick_unit_runs_twice_alike():
    case = digits.MINIMAL_DIGITS.cases["quick"][-1]
    first, second = (digits.run(case, seed=0, device="cpu") for _ in range(2))
    assert first == second
    assert first["parameters"] == 538


@needs_encoder
def test_shares_of_real_matrices_are_as_recorded():
    shares, _ = recorded_symmetry()
    np.testing.assert_allclose(real_symmetry.matrix_shares(), shares, atol=1e-3)


def test_the_figure_finds_every_variant():
    compute = gallery()["parts-of-a-transformer"].compute
    none = [compute(scores="none", value_output=v, mlp="with") for v in ("with", "without")]
    assert none[0]["parameters"] == none[1]["parameters"]
    assert compute(scores="symmetric", value_output="without", mlp="without")["saved"] > 83
