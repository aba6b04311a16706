"""The claims on σReparam, on more rows than they measure and on the recorded runs."""

import pytest
import torch

from attnkit.concentration.sigma_reparam import centred_norm, claims
from attnkit.concentration.sigma_reparam.recorded import SUMMARY, real_heads, trained
from attnkit.diagnostics import entropy, entropy_bound
from attnkit.experiments import experiments, load


@pytest.mark.claim("entropy-bound-attained")
def test_the_sharpest_row_attains_what_no_random_row_comes_near():
    measured = claims.entropy_bound_attained()
    for name, bound in measured.items():
        if name.endswith(", bound"):
            where = name.removesuffix(", bound")
            assert measured[f"{where}, sharpest row"] == pytest.approx(bound, rel=1e-9)
            assert measured[f"{where}, random"] > bound
    assert measured["n = 64, s = 10, random"] > 50 * measured["n = 64, s = 10, bound"]


@pytest.mark.claim("entropy-bound-attained")
@pytest.mark.parametrize("n_keys", [2, 5, 61])
def test_no_row_of_many_kinds_is_below_the_bound(n_keys):
    generator = torch.Generator().manual_seed(n_keys)
    for spread in (0.1, 1.0, 5.0, 25.0):
        for power in (1, 3):  # the cube has heavy tails: few keys stand out
            rows = spread * torch.randn(499, n_keys, generator=generator).double() ** power
            bound = entropy_bound(centred_norm(rows), n_keys)
            assert (entropy(rows.softmax(-1)) >= bound - 1e-12).all()


@pytest.mark.claim("sigma-reparam-keeps-heads")
def test_ranges_over_seeds_do_not_overlap():
    for rate in (0.03, 0.1):
        plain, kept = trained(rate, "plain"), trained(rate, "σReparam")
        assert len(plain["loss"]) == len(kept["loss"]) == 5
        assert max(plain["largest_entropy"]) < 0.03
        assert min(kept["largest_entropy"]) > 0.6
        assert max(plain["accuracy"]) < 0.2
    measured = claims.sigma_reparam_keeps_heads()
    assert measured["rate 0.03, σReparam, worst accuracy"] == 1


def test_what_the_page_says_of_the_other_rates():
    gentle = [trained(0.003, arm) for arm in ("plain", "σReparam", "LayerNorm")]
    assert min(min(cell["accuracy"]) for cell in gentle) > 0.98
    assert max(max(cell["smallest_entropy"]) for cell in gentle) < 0.18
    wild = trained(0.1, "σReparam")
    assert max(wild["accuracy"]) < 0.3
    assert min(wild["loss"]) > 1.8
    assert min(trained(0.03, "LayerNorm")["accuracy"]) < 0.7
    with pytest.raises(ValueError, match="rate and arm must be one of"):
        trained(0.5, "plain")


@pytest.mark.claim("real-rows-above-the-bound")
def test_no_real_row_is_below_the_bound_and_that_of_the_norms_says_nothing():
    measured = claims.real_rows_above_the_bound()
    assert measured["rows"] > 200_000
    assert measured["violations"] == 0
    assert measured["mean entropy"] > 2.5 > 0.4 > measured["mean bound, each row's own norm"]
    assert measured["bound of that product at n = 128"] == 0
    product = measured["median product of spectral norms"]
    assert product > 24 * real_heads()["norm"].mean()


def test_real_heads_lie_with_the_random_rows():
    """Beyond norm 5 and below 40, where the bound at their lengths is almost zero."""
    heads = real_heads()
    middle = (heads["norm"] > 5) & (heads["norm"] < 40)
    assert middle.sum() > 60
    assert (heads["entropy"][middle] > 0.15).all()
    ranks = [torch.tensor(heads[name]).argsort().argsort().double() for name in ("norm", "entropy")]
    assert torch.corrcoef(torch.stack(ranks))[0, 1] < -0.8


@pytest.mark.parametrize("arm", ["plain", "σReparam", "LayerNorm"])
def test_a_quick_unit_runs_twice_alike(arm):
    experiment = experiments()["concentration-sigma-reparam"]
    case = {"arm": arm, "rate": 0.01, "layers": 1, "steps": 3, "lists": 7}
    first, second = (experiment.run(case, seed=1, device="cpu") for _ in range(2))
    assert first == second
    assert 0 < first["smallest_entropy"] <= first["largest_entropy"] <= 1 + 1e-6


def test_rows_of_the_real_model():
    pytest.importorskip("transformers", reason="needs attnkit[real]")
    experiment = experiments()["concentration-real-rows"]
    try:
        found = experiment.run({"passage": 9}, seed=0, device="cpu")
    except (FileNotFoundError, ModuleNotFoundError):
        pytest.skip("needs attnkit[real]")
    (unit,) = [
        each["result"]
        for each in load("concentration-real-rows")["units"]
        if each["case"]["passage"] == 9
    ]
    assert found["violations"] == 0
    for name in ("norm", "entropy", "ceiling"):
        assert found[name] == pytest.approx(unit[name], rel=1e-2)
    assert min(c / n for c, n in zip(found["ceiling"], found["norm"], strict=True)) > 1


def test_what_is_packaged_is_what_was_recorded():
    assert SUMMARY.fresh() == dict(SUMMARY)
