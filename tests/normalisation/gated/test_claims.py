"""The claims on gated attention, over every seed and head that was recorded."""

import pytest
import torch

from attnkit.experiments import load
from attnkit.normalisation import gated_attention
from attnkit.normalisation.gated import claims


@pytest.mark.claim("gate-is-a-sink")
def test_a_silent_key_reads_the_same():
    measured = claims.gate_is_a_sink()
    assert measured["largest difference"] < 1e-13 < 0.1 < measured["largest reading"]


@pytest.mark.claim("gate-is-a-sink")
def test_it_takes_one_gate_for_all_channels():
    """What breaks it: no key can serve gates that differ by channel."""
    tokens = [claims.normal(3, n, 2, seed=n) for n in (5, 7)]
    values, gate = claims.normal(3, 7, 11, seed=1), claims.normal(3, 5, 11, seed=2)
    gated = gated_attention(*tokens, values, gate=gate)
    scaled = gated / gated_attention(*tokens, values)
    assert (scaled.max(-1).values - scaled.min(-1).values).min() > 0.1


@pytest.mark.claim("gate-for-silence")
def test_without_a_mark_every_seed_gains_and_with_one_the_sink_stays():
    without, gated = (claims.recorded(False, gate, "loss") for gate in (False, True))
    assert len(without) == len(gated) == 10
    assert max(gated) < min(without) / 20
    for gate in (False, True):
        assert min(claims.recorded(True, gate, "first")) > 0.9
        assert max(claims.recorded(False, gate, "first")) < 0.25


@pytest.mark.claim("gate-for-silence")
def test_the_means_are_those_of_the_seeds():
    measured = claims.gate_for_silence()
    assert measured["loss, softmax, without a mark"] == pytest.approx(0.107, abs=0.003)
    assert measured["loss, gate, without a mark"] == pytest.approx(0.0036, abs=0.0003)


@pytest.mark.claim("sink-is-a-gate")
def test_in_every_sink_head_mass_goes_with_silence():
    measured = claims.sink_is_a_gate()
    assert measured["heads"] > 30
    assert measured["correlation of mass and length read"] < -0.75
    assert abs(measured["the same, of what is read of the others"]) < 0.15
    assert 2 * measured["length read, mass above one half"] < measured["length read, other rows"]
    assert measured["share of it that the first token gives"] < 0.05
    heads = load("normalisation-sink-as-gate")["units"][0]["result"]
    rows = zip(heads["mass"], heads["correlation"], strict=True)
    assert all(correlation < -0.15 for mass, correlation in rows if mass > 0.3)


def test_the_silent_keys_weight_is_what_the_gate_takes():
    tokens = [claims.normal(3, n, 2, seed=n) for n in (5, 7)]
    ones, gate = torch.ones(3, 7, 1).double(), claims.normal(3, 5, 1, seed=2)
    read = claims.with_silent_key(*tokens, ones, gate)
    torch.testing.assert_close(read, torch.sigmoid(gate))
