"""The claims on focal attention, on other rows than they measure."""

import math

import pytest
import torch

from attnkit.diagnostics import entropy
from attnkit.length import focal_weights
from attnkit.length.focal import claims


@pytest.mark.claim("entropy-rises")
def test_the_entropy_rises_with_the_temperature():
    measured = claims.entropy_rises()
    assert all(number > 0 for name, number in measured.items() if "slope" in name)
    assert all(number < 1e-5 for name, number in measured.items() if "error" in name)
    for seed in range(3):
        generator = torch.Generator().manual_seed(seed)
        row = torch.randn(13, generator=generator, dtype=torch.float64)
        rising = [entropy(focal_weights(row, t)).item() for t in (0.1, 0.2, 0.5, 1.0, 2.0, 9.0)]
        assert rising == sorted(rising)


@pytest.mark.claim("length-kept")
def test_a_constant_temperature_holds_to_a_length_of_its_own():
    measured = claims.length_kept()
    for n in (64, 1024, 16384, 262_144):
        assert measured[f"n = {n}, t = 0.3"] == pytest.approx(1 / (1 + (n - 1) * math.exp(-10)))
    assert measured["n = 1024, t = 0.3"] > 0.95
    assert measured["n = 262144, t = 0.3"] < 0.1
    rising = [measured[f"n = {n}, s = 0.43"] for n in (64, 1024, 16384, 262_144)]
    assert rising == sorted(rising)
