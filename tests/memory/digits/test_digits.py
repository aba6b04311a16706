"""Real patterns: digits as keys and values."""

import pytest
import torch

from attnkit.memory.digits import KEYS, RULES, digit_pairs, effective_width, recalled, snr


@pytest.mark.parametrize("kind", KEYS)
def test_keys_are_unit_and_values_follow_them(kind):
    keys, values = digit_pairs(kind)
    assert keys.shape == values.shape == (256, 64)
    torch.testing.assert_close(keys.norm(dim=-1), torch.ones(256, dtype=torch.float64))
    if kind == "centred digits":
        direction = torch.nn.functional.normalize(values, dim=-1)
        torch.testing.assert_close(keys[1:], direction[:-1])


def test_random_keys_are_as_wide_as_they_are():
    assert effective_width("random") == pytest.approx(64, rel=0.03)


def test_real_keys_are_narrower_and_whitening_helps():
    widths = [effective_width(kind) for kind in KEYS[1:]]
    assert widths[0] < 3 < 10 < widths[1] < 20 < 40 < widths[2] <= 65


@pytest.mark.parametrize("n_pairs", [8, 32, 128])
@pytest.mark.parametrize("kind", KEYS)
def test_the_theory_with_the_effective_width(kind, n_pairs):
    predicted = effective_width(kind) / (n_pairs - 1)
    assert snr(kind, "Hebb", n_pairs) == pytest.approx(predicted, rel=0.3)


def test_replaying_is_exact_while_keys_are_independent():
    wanted, got = recalled("random", "delta, twenty passes", 8)
    torch.testing.assert_close(got, wanted)
    assert snr("random", "delta", 32) > snr("random", "Hebb", 32)
    assert list(RULES)[:3] == ["Hebb", "delta", "delta, twenty passes"]


def test_an_unknown_kind_of_key():
    with pytest.raises(ValueError, match="keys must be one of"):
        digit_pairs("letters")


@pytest.mark.parametrize("kind", KEYS)
def test_the_effective_width_counts_each_pair_of_keys_once(kind):
    keys, _ = digit_pairs(kind)
    rows, columns = torch.triu_indices(len(keys), len(keys), offset=1)
    overlaps = (keys[rows] * keys[columns]).sum(-1)
    assert effective_width(kind) == pytest.approx(1 / overlaps.square().mean().item(), rel=1e-9)


def test_a_rule_that_stores_no_digits_is_refused_by_name():
    with pytest.raises(ValueError, match=r"rule must be one of 'Hebb', 'delta'.*got 'Oja'"):
        recalled("random", "Oja", 5)
