"""The claims on Based, on other seeds and settings than they measure."""

from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.explore import gallery
from attnkit.memory import centred_taylor_attention, taylor_attention
from attnkit.memory.based import claims
from attnkit.memory.based.kernels import pairs_recalled, taylor_kernel
from attnkit.memory.based.recorded import real_rows
from attnkit.memory.feature_maps import taylor_features


@pytest.mark.claim("second-order-recalls-more")
def test_the_second_order_recalls_more_the_wider_the_keys():
    quotients = [claims.twice_the_pairs()[f"d = {d}, quotient"] for d in (8, 16, 32)]
    assert quotients[0] > 1.8
    assert quotients[1] > 2.5
    assert quotients[2] > 4


@pytest.mark.claim("second-order-recalls-more")
@pytest.mark.parametrize("seed", [1, 2])
def test_it_does_so_over_seeds_and_not_before_the_sum_is_full(seed):
    second, first = (claims._recalled(256, 16, *kind, seed) for kind in ((2, 0.0), (1, -1.0)))
    assert second > 2.5 * first
    second, first = (claims._recalled(64, 16, *kind, seed) for kind in ((2, 0.0), (1, -1.0)))
    assert first < second < 1.5 * first


@pytest.mark.claim("parabola-turns")
def test_the_parabola_turns_at_minus_one():
    measured = claims.parabola_turns()
    assert measured["weight at −4"] == measured["weight at 2"] == 5
    lost = [measured[f"recalled at mean score {mean}"] for mean in (0.0, -1.5, -3.0)]
    assert lost[0] > 0.8 > 0.7 > lost[1] > 0.5 > 0.1 > lost[2]
    away = torch.linspace(0, 9, 19, dtype=torch.float64)
    torch.testing.assert_close(taylor_kernel(-1 + away), taylor_kernel(-1 - away))


def test_the_kernel_is_that_of_the_features():
    generator = torch.Generator().manual_seed(0)
    q, k = torch.randn(2, 7, 5, generator=generator, dtype=torch.float64).unbind()
    products = taylor_features(q) @ taylor_features(k).mT
    torch.testing.assert_close(taylor_kernel(q @ k.mT / 5**0.5), products, rtol=1e-13, atol=1e-13)


def test_a_window_of_all_pairs_is_softmax_whatever_the_order():
    shares = [
        pairs_recalled(32, 5, order=order, window=32, generator=torch.Generator().manual_seed(0))
        for order in (1, 2)
    ]
    assert shares[0] == shares[1]


@pytest.mark.claim("mean-at-the-read")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_vector_added_to_every_key_changes_nothing_about_the_mean(seed):
    assert claims.shift_of_reads(centred_taylor_attention, seed=seed) < 1e-10
    assert claims.shift_of_reads(taylor_attention, seed=seed) > 0.1
    measured = claims.moved_keys()
    assert measured["about the mean key"] < 1e-10 < 0.1 < measured["raw"]


@pytest.mark.claim("mean-at-the-read")
def test_it_averages_by_the_polynomial_about_the_mean_of_what_has_come():
    generator = torch.Generator().manual_seed(4)
    q, k, v = torch.randn(3, 9, 6, generator=generator, dtype=torch.float64).unbind()
    mask = torch.tensor([True, False, True, True, True, False, True, True, True])
    output, state = centred_taylor_attention(q, k, v, mask=mask)
    for i in range(9):
        kept = [j for j in range(i + 1) if mask[j]]
        centred = (k[kept] - k[kept].mean(0)) @ q[i] / 6**0.5
        weights = taylor_kernel(centred)
        wanted = weights @ v[kept] / weights.sum() if mask[i] else 0 * v[0]
        torch.testing.assert_close(output[i], wanted)
    torch.testing.assert_close(state, taylor_attention(q, k, v, mask=mask)[1])


@pytest.mark.claim("real-rows-about-the-mean")
def test_real_rows_are_nearer_about_the_mean_so_far():
    causal, whole = real_rows("causal"), real_rows("whole")
    assert len(causal["second order"]["kl"]) == 72
    raw, mean = (causal[name]["kl"].mean() for name in ("second order", "about the mean so far"))
    assert mean < 0.75 * raw
    assert causal["keys less the mean before"]["kl"].mean() > raw
    assert causal["Based"]["kl"].mean() < raw
    assert whole["about the mean"]["kl"].mean() < 0.7 * whole["second order"]["kl"].mean()
    assert causal["about the mean so far"]["best"] > causal["second order"]["best"]


def test_the_figure_shows_what_its_caption_says():
    compute = gallery()["based-recall"].compute
    centred, far = (compute(d_key=16, mean_score=mean) for mean in (0.0, -3.0))
    assert (centred["based"][3:] > 1.2 * centred["hebb"][3:]).all()
    assert far["based"].max() < 0.3
    widened = compute(d_key=16, mean_score=-3.0, window=64)
    assert widened["based"][0] > 0.9
    assert widened["kept"] - far["kept"] == 64 * (16 + 64 + 1)
    np.testing.assert_allclose(compute(d_key=8, order=1)["kernel"], 1 + centred["score"])


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("uniform", "uniform"),
        ("second order", "second order"),
        ("keys less the mean before them", "keys less the mean before"),
        ("about the mean so far", "about the mean so far"),
        ("Based, w = 16", "Based"),
        ("Based about the mean so far", "Based about the mean so far"),
    ],
)
def test_the_page_s_table_is_the_recorded_run(label, name):
    page = Path(__file__).parents[3] / "book" / "memory" / "based" / "chapter.md"
    (line,) = (row for row in page.read_text().splitlines() if row.startswith(f"| {label} |"))
    kl, best = (float(cell) for cell in line.split("|")[2:4])
    found = real_rows("causal")[name]
    assert kl == pytest.approx(found["kl"].mean(), abs=0.0051)
    assert best == pytest.approx(found["best"], abs=0.0051)
