"""What the moving figures of this room show is what theory and training say."""

import numpy as np
import pytest
import torch

from attnkit.experiments import load
from attnkit.icl.figures.icl_heads_and_tasks import TASKS_FIGURE
from attnkit.icl.figures.icl_length import LENGTH_FIGURE
from attnkit.icl.figures.icl_one_prompt import MOST, PRESETS, PROMPT_FIGURE, parse_examples
from attnkit.icl.figures.icl_phase_diagram import PHASE_FIGURE
from attnkit.icl.figures.icl_sign_lottery import LOTTERY_FIGURE
from attnkit.icl.figures.icl_training_film import TRAINING_FILM
from attnkit.icl.figures.icl_valley import VALLEY_FIGURE, pair_risk
from attnkit.icl.theory import debiased_gradient_descent_risk, head_moments


def test_the_film_shows_the_product_settle_at_the_best_rate():
    first = TRAINING_FILM.compute(start="balanced", step=0)
    last = TRAINING_FILM.compute(start="balanced", step=1000)
    assert first["excess_now"] > 0.5
    assert last["excess_now"] < 0.005
    assert last["product"] == pytest.approx(last["best"], rel=0.03)
    assert last["first_match"].shape == (6, 5)
    assert np.sign(last["first_readout"][-1]) == -np.sign(last["second_readout"][-1])


def test_the_film_of_a_stuck_start_keeps_one_sign():
    last = TRAINING_FILM.compute(start="small", step=1000)
    assert np.sign(last["first_readout"][-1]) == np.sign(last["second_readout"][-1])
    assert last["excess_now"] > 0.1


def test_the_valley_agrees_with_a_fresh_sample():
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64)
    chance = torch.Generator().manual_seed(123)
    moments = head_moments(0.3 * signs, 5, 40, 0.1, n_draws=8000, generator=chance)
    fresh = moments.risk(1.5 * signs)
    recorded, error = pair_risk(0.3, 1.5)
    spread = (fresh.standard_error.item() ** 2 + error**2) ** 0.5
    assert abs(fresh.mean.item() - recorded) < 3 * spread
    assert error < 0.001


def test_the_valley_floor_is_debiased_descent():
    values = VALLEY_FIGURE.compute(scale=0.1, log_gain=0.65)
    assert values["product"] == pytest.approx(values["best"], rel=0.03)
    assert values["risk"] == pytest.approx(debiased_gradient_descent_risk(5, 40, 0.1), abs=0.002)
    assert values["trained_scale"][-1] * values["trained_gain"][-1] * 2 == pytest.approx(
        values["best"], rel=0.03
    )
    assert values["flow_scale"].max() > 0.4 > values["flow_scale"][-1]  # overshoot, then slide


@pytest.mark.parametrize(
    ("scale", "gain", "sign"),
    [(0.01, -0.02, -1), (-0.03, 0.01, -1), (0.02, -0.01, 1), (-0.01, 0.03, 1), (0.03, 0.03, 1)],
)
def test_the_sum_at_the_start_decides_the_sign(scale, gain, sign):
    values = LOTTERY_FIGURE.compute(second_scale=scale, second_gain=gain)
    assert values["end_sign"] == sign
    assert (values["end_risk"] > 0.35) == (sign == 1)


def test_the_phase_diagram_and_the_trained_heads_agree():
    values = PHASE_FIGURE.compute(n_examples=40, log_noise=-1)
    assert values["risk_ratio"] == pytest.approx(2.13, abs=0.02)
    assert values["excess_ratio"] == pytest.approx(10.2, abs=0.2)
    drawn = np.isfinite(values["trained_noise"])
    assert drawn.sum() >= 30
    theory = np.interp(
        np.log(values["trained_noise"][drawn]), np.log(values["noise"]), values["column"]
    )
    np.testing.assert_allclose(values["trained_ratio"][drawn], theory, rtol=0.1)
    assert not np.isfinite(PHASE_FIGURE.compute(n_examples=5, log_noise=0)["trained_noise"]).any()


def test_trained_networks_lie_on_the_curves_over_length():
    values = LENGTH_FIGURE.compute(trained_length=40, log_noise=-1)
    for dots, curve in (("softmax_dots", "softmax"), ("own_dots", "own"), ("kept_dots", "kept")):
        inside = np.isfinite(values[dots])
        theory = np.interp(
            np.log(values["dot_length"][inside]), np.log(values["length"]), values[curve]
        )
        np.testing.assert_allclose(values[dots][inside], theory, rtol=0.1)
    assert np.isnan(LENGTH_FIGURE.compute(trained_length=80, log_noise=-1)["softmax_dots"]).all()


def test_tasks_get_what_they_want_with_one_head_more():
    layout = TASKS_FIGURE.defaults["layout"]
    few, enough = (TASKS_FIGURE.compute(layout=layout, n_heads=n) for n in (2, 3))
    np.testing.assert_allclose(enough["given"], enough["wanted"])
    assert few["mean"] > 1.1 * few["best"]
    assert enough["mean"] == pytest.approx(enough["best"])


def test_the_pair_of_heads_tends_to_debiased_descent():
    values = PROMPT_FIGURE.compute(**PROMPT_FIGURE.defaults | {"scale": 0.05})
    np.testing.assert_allclose(values["heads"], values["debiased"], atol=0.03)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1;2", "must read like"),
        ("", "must read like"),
        ("1:2:3", "pair of numbers"),
        ("1:inf", "pair of numbers"),
        (", ".join(["1:1"] * (MOST + 1)), "at most"),
    ],
)
def test_unusable_examples_are_explained(text, message):
    with pytest.raises(ValueError, match=message):
        parse_examples(text)


def test_the_dots_are_the_recorded_networks():
    """One dot of each figure, by hand from the results."""
    units = load("icl-length")["units"]
    kept = [unit["result"]["linear, 1/L of training"][1] for unit in units]
    dots = LENGTH_FIGURE.compute(trained_length=40, log_noise=-1)
    assert dots["dot_length"][1] == units[0]["case"]["test_lengths"][1] == 20
    assert dots["kept_dots"][1] == pytest.approx(np.mean(kept), rel=1e-5)
    wanted = {"n_examples": 40, "noise_variance": 0.1}
    units = [u for u in load("icl-grid")["units"] if wanted.items() <= u["case"].items()]
    ratios = [
        (u["result"]["debiased_risk"] + excess)
        / (u["result"]["debiased_risk"] + u["result"]["ridge_excess_risk"])
        for u in units
        for excess in u["result"]["excess_risk"]
    ]
    values = PHASE_FIGURE.compute(n_examples=40, log_noise=-1)
    shown = values["trained_ratio"][values["trained_noise"] == 0.1]
    np.testing.assert_allclose(np.sort(shown), np.sort(ratios), rtol=1e-5)


@pytest.mark.parametrize("name", PROMPT_FIGURE.sliders["examples"].stored)
def test_a_named_prompt_is_the_examples_it_stands_for(name):
    assert name.replace(" ", "").isalpha()
    rest = {"query": 1.5, "scale": 0.2}
    named = PROMPT_FIGURE.compute(examples=name, **rest)
    for array, value in PROMPT_FIGURE.compute(examples=PRESETS[name], **rest).items():
        np.testing.assert_array_equal(named[array], value)
