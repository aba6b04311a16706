"""What the chapters claim, asserted on the numbers they print."""

import math

import pytest

from attnkit.claims import claims
from attnkit.memory import elu_plus_one, relu_features, theory


def measured(label):
    return claims()[label]()


@pytest.mark.claim("delta-is-rescorla-wagner")
def test_the_delta_rule_blocks_as_rescorla_and_wagner_say():
    numbers = measured("delta-is-rescorla-wagner")
    assert numbers["blocked"] < 0.01
    assert numbers["control"] > 0.49
    assert numbers["off the closed form"] < 1e-12


@pytest.mark.claim("trials-are-tokens")
def test_kernels_and_trials_agree():
    numbers = measured("trials-are-tokens")
    assert numbers["rules"] == 7
    assert numbers["largest difference"] < 1e-12


@pytest.mark.claim("blocking-needs-a-shared-error")
def test_only_error_driven_memories_block():
    shares = measured("blocking-needs-a-shared-error")
    for name in ("Hebb", "running mean", "Hebb with decay"):
        assert abs(shares[name]) < 1e-12
    for name in ("delta", "gated delta"):
        assert shares[name] > 0.7


@pytest.mark.claim("two-layers-chain")
def test_two_layers_do_both_and_temporal_difference_one():
    sizes = measured("two-layers-chain")
    for name in ("second-order conditioning", "sensory preconditioning"):
        assert sizes[f"two Hebbian layers, {name}"] > 0.1
    assert sizes["temporal difference, second-order conditioning"] > 0.1
    assert sizes["temporal difference, sensory preconditioning"] == 0
    assert sizes["delta, second-order conditioning"] < -0.1


@pytest.mark.claim("four-capacities")
def test_both_growth_laws_are_right():
    growth = measured("four-capacities")
    assert growth["average"] == pytest.approx(4)
    assert growth["worst case"] == pytest.approx(2, rel=0.01)
    assert 1.7 < growth["guaranteed"] < 2
    assert 2.8 < growth["every bit"] < 4


@pytest.mark.claim("snr-is-width-over-pairs")
def test_the_signal_to_noise_ratio():
    assert measured("snr-is-width-over-pairs")["measured over predicted"] == pytest.approx(
        1, abs=0.03
    )


@pytest.mark.claim("feature-maps-cost")
def test_non_negative_maps_stop_growing():
    ratios = measured("feature-maps-cost")
    assert ratios["identity, d = 512"] == pytest.approx(16 * ratios["identity, d = 32"])
    for name, limit in (("elu + 1", 2.14), ("ReLU", math.pi**2)):
        assert ratios[f"{name}, d = 512"] < limit
        assert ratios[f"{name}, d = 512"] < 1.4 * ratios[f"{name}, d = 32"]


@pytest.mark.claim("feature-maps-cost")
@pytest.mark.parametrize("d", [1, 7, 4096, 10**6, 10**12])
def test_no_width_passes_the_limits_of_the_maps(d):
    """At 4,096 elu + 1 has passed 2.13 already."""
    for feature_map, limit in ((elu_plus_one, 2.1308345), (relu_features, math.pi**2)):
        moments = theory.coordinate_moments(feature_map)
        assert theory.feature_snr(2, d, moments) < limit
    if d >= 4096:
        assert theory.feature_snr(2, d, theory.coordinate_moments(elu_plus_one)) > 2.13


@pytest.mark.claim("best-decay")
def test_the_best_decay_beats_its_neighbours():
    ratios = measured("best-decay")
    assert ratios["best"] > max(ratios["faster"], ratios["slower"])


@pytest.mark.claim("delta-forgetting")
def test_the_forgetting_curve():
    errors = measured("delta-forgetting")
    assert errors["measured"] == pytest.approx(errors["predicted"], rel=0.03)
    assert errors["predicted"] < 0.6 * errors["Hebb"]


@pytest.mark.claim("errors-compound")
def test_errors_compound():
    noise = measured("errors-compound")
    assert noise["measured"] == pytest.approx(noise["compounding"], rel=0.05)
    assert noise["measured"] > 1.2 * noise["four times one layer"]


@pytest.mark.claim("averaging-beats-voting")
def test_averaging_beats_voting():
    errors = measured("averaging-beats-voting")
    assert 3 * errors["averaged"] < errors["voted"] < errors["bound"]


@pytest.mark.claim("clean-up")
def test_clean_up_resets_the_error():
    shares = measured("clean-up")
    assert shares["bare"] < 0.5 < 0.85 < shares["cleaned up"]
    assert shares["cleaned up"] == pytest.approx(shares["cleaned up, predicted"], abs=0.06)


@pytest.mark.claim("chunks-change-nothing")
def test_the_chunk_length_is_invisible():
    assert measured("chunks-change-nothing")["largest difference"] < 1e-12


@pytest.mark.claim("entry-errors-differ")
def test_entry_errors_are_another_algorithm():
    errors = measured("entry-errors-differ")
    for size in (4, 16, 64):
        assert errors[f"at the entry, chunk {size}"] > 0.1
    assert errors["solved, chunk 64"] < 1e-13


@pytest.mark.claim("digits-meet-theory")
def test_the_effective_width_predicts_real_digits():
    for ratio in measured("digits-meet-theory").values():
        assert ratio == pytest.approx(1, abs=0.3)
