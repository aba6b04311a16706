import pytest

from attnkit.claims import claims


def measured(label):
    return claims()[label]()


@pytest.mark.claim("permutation-invariance")
def test_attention_forgets_the_order_and_the_mlp_does_not():
    change = measured("permutation-invariance")
    assert change["attention"] < 1e-12
    assert change["multilayer perceptron"] > 1e-2


@pytest.mark.claim("primal-is-dual")
def test_both_forms_of_the_ridge_agree():
    assert measured("primal-is-dual")["largest gap"] < 1e-8


@pytest.mark.claim("heads-converge")
def test_the_slope_in_the_number_of_heads_is_minus_one_half():
    slope = measured("heads-converge")
    for name in ("unbiased", "biased"):
        assert slope[f"{name}, low"] < -0.5 < slope[f"{name}, high"]
        assert slope[f"{name}, high"] - slope[f"{name}, low"] < 0.3


@pytest.mark.claim("spectrum-predicts-learning")
def test_prediction_and_measurement_are_close():
    errors = measured("spectrum-predicts-learning")
    for name in ("key squared", "rectified match"):
        gap = abs(errors[f"{name}, measured"] - errors[f"{name}, predicted"])
        assert gap < 0.35 * errors[f"{name}, predicted"]


@pytest.mark.claim("invariance-is-most-of-it")
def test_deep_sets_do_what_attention_does_on_a_target_of_keys():
    errors = measured("invariance-is-most-of-it")
    assert errors["attention"] < 0.2
    assert errors["deep sets"] < 0.2
    assert errors["multilayer perceptron"] > 0.9


@pytest.mark.claim("bias-is-a-prior")
def test_the_bias_helps_matches_and_hurts_keys():
    errors = measured("bias-is-a-prior")
    assert errors["rectified match, bias 4"] < 0.1 * errors["rectified match, bias 0"]
    assert errors["key squared, bias 4"] > 2.0 * errors["key squared, bias 0"]


@pytest.mark.claim("match-costs-width")
def test_a_match_costs_a_power_of_the_width():
    ratios = measured("match-costs-width")
    assert ratios["ratio of B"] == pytest.approx(16.0**3)
    assert ratios["squares: ratio of kernel norms"] > 16.0**2


@pytest.mark.claim("bound-holds")
def test_the_bound_is_above_and_falls_behind():
    ratios = measured("bound-holds")
    assert 1.0 < ratios["n = 256"] < ratios["n = 1024"] < ratios["n = 4096"]


@pytest.mark.claim("norm-ball")
def test_both_norms_stay_in_the_ball():
    norms = measured("norm-ball")
    assert norms["root of M sum |v|^2"] == pytest.approx(1.0)
    assert norms["sum |v|"] <= 1.0


@pytest.mark.claim("attention-outlasts-deep-sets")
def test_longer_sets_part_attention_from_deep_sets():
    errors = measured("attention-outlasts-deep-sets")
    assert errors["deep sets, N = 4"] < errors["attention, N = 4"]
    assert errors["deep sets, N = 64"] > 1.5 * errors["attention, N = 64"]
    assert errors["deep sets, N = 256"] > 3.0 * errors["attention, N = 256"]
