"""The claims on massive activations: the peak, its refit over seeds, the encoder's layers."""

import pytest
import torch

from attnkit.experiments import load
from attnkit.normalisation.massive_activations import EmergenceLaw, claims, fit_emergence
from attnkit.normalisation.massive_activations.recorded import by_layer


@pytest.mark.claim("emergence-peak")
def test_the_closed_form_is_the_best_step():
    measured = claims.emergence_peak()
    assert measured["closed form"] == pytest.approx(measured["best whole step"], abs=0.5)


@pytest.mark.claim("emergence-peak")
@pytest.mark.parametrize(("amplitude", "plateau"), [(1.0, 0.0), (300.0, -7.0)])
def test_amplitude_and_plateau_have_no_say(amplitude, plateau):
    other = EmergenceLaw(amplitude, 0.12, 0.0012, 0.5, plateau)
    assert other.peak_step == claims.TRUE.peak_step
    steps = claims.checkpoints()
    assert other(steps).argmax() == claims.TRUE(steps).argmax()


@pytest.mark.claim("emergence-refit")
def test_the_refitted_peak_is_near_over_seeds():
    measured = claims.emergence_refit()
    assert measured["peak step, worst"] < 0.06
    assert measured["peak height, worst"] < 0.06
    assert measured["share explained, least"] > 0.99


@pytest.mark.claim("emergence-refit")
@pytest.mark.parametrize("seed", range(5, 10))
def test_other_seeds_too(seed):
    law, r_squared = fit_emergence(claims.checkpoints(), claims.noisy(seed=seed))
    assert law.peak_step == pytest.approx(claims.TRUE.peak_step, rel=0.06)
    assert law.peak_value == pytest.approx(claims.TRUE.peak_value, rel=0.06)
    assert r_squared > 0.99


def test_checkpoints_after_the_peak_alone_do_not_find_it():
    """What breaks the refit, as the page says."""
    late = claims.checkpoints() > 20_000
    errors = []
    for seed in range(5):
        law, r_squared = fit_emergence(claims.checkpoints()[late], claims.noisy(seed=seed)[late])
        assert 0.88 < r_squared < 0.93
        errors.append(abs(law.peak_step / claims.TRUE.peak_step - 1))
    assert sorted(errors)[2] > 0.5


@pytest.mark.claim("massive-norm")
def test_the_norm_hides_it_in_every_layer():
    measured = claims.massive_norm()
    assert measured["before, least layer"] > 150
    assert measured["before, largest layer"] == pytest.approx(530, abs=5)
    assert measured["after, largest layer"] < 50
    layers = by_layer()
    assert (layers["before"][1] > 3 * layers["after"][1]).all()


def test_what_the_page_says_of_the_encoder():
    (unit,) = load("normalisation-massive-encoder")["units"]
    found = {name: torch.tensor(table) for name, table in unit["result"].items()}
    assert found["before"].shape == (30, 6)
    assert (found["token"][:, :4] == 0).all()
    assert (found["feature"][:, :4] == 99).all()
    assert int((found["feature"][:, 4] == 223).sum()) == 27
    assert found["before"].median(0).values.max() < 600  # a thousandfold is nowhere
