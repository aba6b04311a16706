"""What stays the same in a longer row, over seeds; and what was recorded of trained heads."""

import math
from statistics import fmean

import pytest
import torch

from attnkit.diagnostics import entropy
from attnkit.experiments import load
from attnkit.length.diffusion_scale import claims, diffusion_scale_weights, entropy_keeping_scale
from attnkit.length.entropy_abf import entropy_abf_scale


@pytest.mark.claim("share-kept")
def test_the_root_keeps_the_share_and_the_logarithm_lowers_it():
    measured = claims.share_kept()
    moved = {
        name: measured[f"{name}, n = 65536"] - measured[f"{name}, n = 256"]
        for name in ("none", "root", "logarithm")
    }
    assert abs(moved["root"]) < 0.01
    assert moved["none"] > 0.03
    assert moved["logarithm"] < -0.08


@pytest.mark.claim("share-kept")
@pytest.mark.parametrize("spread", [0.5, 1.0, 1.5])
def test_the_share_is_kept_over_seeds_and_spreads(spread):
    shares = [
        torch.cat(
            [
                entropy(diffusion_scale_weights(claims.rows(n, spread, seed=seed), 256))
                for seed in range(3)
            ]
        ).mean()
        / math.log(n)
        for n in (256, 16384)
    ]
    assert (shares[1] - shares[0]).abs() < 0.03


@pytest.mark.claim("entropy-kept")
def test_the_entropy_stays_within_a_third_of_a_nat():
    measured = claims.entropy_kept()
    for spread in (1, 2):
        gain = measured[f"spread {spread}, n = 4096"] - measured[f"spread {spread}, n = 256"]
        assert 0 < gain < 0.33
    plain = [entropy(claims.rows(n, 1.0, seed=0).softmax(-1)).mean() for n in (256, 4096)]
    assert plain[1] - plain[0] > 2.7


@pytest.mark.claim("entropy-kept")
def test_the_logarithm_keeps_the_entropy_for_one_spread_only():
    """Both scales leave one at the same rate where the spread is the root of log n of training."""
    lengths = torch.tensor([256.0, 257.0], dtype=torch.float64)
    rates = [entropy_abf_scale(lengths, 256)[1] - 1]
    for spread in (math.sqrt(math.log(256)), 1.0):
        rates.append(entropy_keeping_scale(lengths, 256, spread)[1] - 1)
    assert rates[1].item() == pytest.approx(rates[0].item(), rel=1e-2)
    assert rates[2] > 5 * rates[0]


def slopes(name, share):
    """By head, how fast its entropy (or its share) grows with log n over thirty passages."""
    found = [unit["result"] for unit in load("length-scales-trained")["units"]]
    logs = torch.tensor([math.log(each["n"]) for each in found])
    entropies = torch.tensor([each[f"entropy, {name}"] for each in found])
    table = entropies / logs[:, None] if share else entropies
    centred = (logs - logs.mean())[:, None]
    return (centred * table).sum(0) / centred.square().sum()


@pytest.mark.parametrize(
    ("name", "of_entropy", "of_share"),
    [("none", 0.86, 0.033), ("root", 0.65, -0.026), ("logarithm", 0.49, -0.075)],
)
def test_recorded_heads_by_scale(name, of_entropy, of_share):
    assert slopes(name, share=False).quantile(0.5).item() == pytest.approx(of_entropy, abs=0.01)
    assert slopes(name, share=True).mean().item() == pytest.approx(of_share, abs=0.001)


@pytest.mark.parametrize(
    ("name", "kept"), [("root", 0.992), ("logarithm", 0.970), ("logarithm, one at least", 0.997)]
)
def test_recorded_sentences_by_scale(name, kept):
    found = [unit["result"][f"kept, {name}"] for unit in load("length-scales-trained")["units"]]
    assert fmean(found) == pytest.approx(kept, abs=0.001)
