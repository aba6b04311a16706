"""The claims on a single location, on other seeds and settings than they measure."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.experiments import experiments, load
from attnkit.explore import gallery
from attnkit.icl import single_location as here
from attnkit.icl.single_location import claims
from attnkit.icl.single_location.experiments.common import excess, fresh_reader, marks
from attnkit.icl.single_location.experiments.real import leaders
from attnkit.icl.single_location.recorded import by_samples, real_rows, trained
from tests.trained.models import needs_encoder

PAGE = (Path(__file__).parents[3] / "book/icl/single_location/chapter.md").read_text()


@pytest.mark.claim("softmax-is-the-posterior")
def test_every_other_query_has_more_risk():
    measured = claims.posterior()
    least = measured.pop("posterior")
    assert all(risk > least + 5e-4 for risk in measured.values())
    assert measured["aside"] > 1.4 * least


@pytest.mark.claim("look-or-sum")
def test_linear_attention_needs_l_and_softmax_its_logarithm():
    found = claims.looks_and_sums()
    assert 14.5 < found["L = 10, nu = 16, linear"] / found["L = 10, nu = 16, Bayes"] < 15.5
    lengths = (10, 100, 10_000, 1_000_000)
    rows = {
        name: [found[f"L = {n}, {name}, Bayes"] for n in lengths]
        for name in ("1 log L", "2 log L", "4 log L")
    }
    assert rows["4 log L"] == sorted(rows["4 log L"], reverse=True)
    assert rows["1 log L"] == sorted(rows["1 log L"])
    assert np.round([rows["4 log L"][0], rows["4 log L"][-1]], 2).tolist() == [0.14, 0.01]
    assert rows["1 log L"][-1] == pytest.approx(0.95, abs=0.005)
    assert all(0.38 < risk < 0.46 for risk in rows["2 log L"])
    for n in lengths:
        assert here.linear_location_risk(n, float(min(n, 400))) >= 0.5


@pytest.mark.claim("location-trained")
def test_trained_softmax_is_within_a_tenth_of_bayes_and_linear_is_not():
    measured = claims.trained_location()
    assert max(x for name, x in measured.items() if name.startswith("softmax")) < 0.10
    assert min(x for name, x in measured.items() if name.startswith("linear")) > 5
    assert all(len(trained("softmax", n)["excess"]) == 5 for n in (5, 20, 80))


@pytest.mark.claim("location-trained")
def test_a_short_training_goes_the_same_way():
    experiment = experiments()["icl-single-location"]
    softmax, linear = (
        experiment.run(case | {"d": 7, "n_tokens": 5, "steps": 300}, seed=3, device="cpu")
        for case in experiment.cases["quick"]
    )
    assert softmax["excess"] < 0.1 < linear["excess"]
    assert len(softmax["step"]) == len(softmax["norm"]) == 21


@pytest.mark.claim("few-prompts")
def test_softmax_needs_fewer_prompts_than_linear_ever_gets():
    softmax, linear = by_samples("softmax"), by_samples("linear")
    for ratio in (16, 32, 64):
        assert softmax[ratio].mean() < 0.05
        assert linear[ratio].mean() > 10 * softmax[ratio].mean()
    assert min(softmax[2].min(), linear[2].min()) > 0.9


@pytest.mark.claim("heavy-tails")
@pytest.mark.parametrize("seed", [0, 1])
def test_with_laplace_noise_the_posterior_is_no_linear_score(seed):
    """Another way to draw and to weigh: by distributions of torch, the gain at its best."""
    found = claims.heavy_tails()
    assert 1.03 < found["best softmax of linear scores"] / found["Bayes"] < 1.08
    assert 2 <= found["its strength"] <= 3
    torch.manual_seed(seed)
    noise = torch.distributions.Laplace(0.0, math.sqrt(0.5))
    uniform = torch.rand(20_000, 10, generator=torch.Generator().manual_seed(seed + 1))
    along = noise.icdf(uniform.double().clamp(1e-9, 1 - 1e-9))
    along[:, 0] += 4
    bayes = (noise.log_prob(along - 4) - noise.log_prob(along)).softmax(-1)
    risk = 1 - bayes[:, 0].mean() ** 2 / bayes.square().sum(-1).mean()
    assert risk.item() == pytest.approx(found["Bayes"], abs=0.006)


@pytest.mark.claim("real-rows-stand-out")
def test_few_heads_look_at_one_place():
    measured = claims.real_rows_stand_out()
    assert 0.04 < measured["median marked"] < 0.08
    assert 0.6 < measured["most marked"] < 0.85
    assert measured["heads below one"] == 18
    marked, calibration = (real_rows()[name].ravel() for name in ("marked", "calibration"))
    assert np.quantile(marked, 0.75) > 0.2
    assert 2 <= np.median(calibration) < 2.5


def test_what_counts_as_marked_is_rare_in_noise():
    generator = torch.Generator().manual_seed(0)
    for n in (64, 180):
        scores = torch.randn(20_011, n, generator=generator, dtype=torch.float64)
        above = leaders(scores)["deviations"] > math.sqrt(2 * math.log(n)) + 1
        assert above.double().mean() < 0.011
    scores[:, 5] += 9
    assert (leaders(scores)["deviations"] > 5).double().mean() > 0.99


def test_a_leader_s_numbers_by_hand():
    found = leaders(torch.tensor([[1.0, 7.0, 3.0, 2.0]]).double())
    assert found["deviations"].item() == pytest.approx(5.0)
    assert found["calibration"].item() == pytest.approx(5.0)
    weight = math.exp(7) / sum(math.exp(z) for z in (1, 7, 3, 2))
    assert found["weight"].item() == pytest.approx(weight)


@needs_encoder
def test_a_real_passage_is_read_as_recorded():
    experiment = experiments()["icl-single-location-real"]
    (case, *_) = experiment.cases["quick"]
    recorded = [u["result"] for u in load(experiment.name)["units"] if u["case"] == case]
    found = experiment.run(case, seed=0, device="cpu")
    for name in ("deviations", "weight", "marked"):
        np.testing.assert_allclose(found[name], recorded[0][name], rtol=0.05, atol=0.05)


def told(first: str, start: str) -> dict[str, list[list[float]]]:
    """Numbers of a table of the page, by the first cell of each line."""
    lines = PAGE.partition(f"| {first} |")[2].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines[2:] if line.startswith("| ")]
    found = {cells[0]: cells[1:] for cells in rows if len(cells) == 3}
    return {
        name: [[float(x) for x in re.findall(r"[\d.]+", cell.replace(",", ""))] for cell in cells]
        for name, cells in found.items()
        if name in start.split()
    }


def test_the_page_s_tables_are_the_recorded_runs():
    for n, cells in told("tokens", "5 20 80").items():
        for kind, numbers in zip(("softmax", "linear"), cells, strict=True):
            at = trained(kind, int(n))
            share = 100 * at["excess"] / at["bayes"]
            wanted = [share.mean(), share.min(), share.max()]
            assert numbers == pytest.approx(wanted, abs=0.51 if kind == "linear" else 0.051)
        (lengths,) = (trained("softmax", int(n))["norm"][:, -1].mean(),)
        assert f"{lengths:.1f}" in PAGE
    for ratio, cells in told("prompts / $d$", "2 4 8 16 32 64").items():
        for kind, numbers in zip(("softmax", "linear"), cells, strict=True):
            excess = by_samples(kind)[int(ratio)]
            assert numbers == pytest.approx([excess.mean(), excess.std()], abs=0.00051)


def test_the_figure_lies_on_bayes_at_the_posterior_and_above_it_elsewhere():
    figure = gallery()["single-location"]
    compute = figure.compute
    at = {"signal": 16.0, "n_tokens": 100}
    shown = compute(**figure.defaults)
    np.testing.assert_allclose(shown["softmax"], shown["bayes"], atol=1e-9)
    right = compute(**at, share=1.0, overlap=1.0)
    np.testing.assert_allclose(right["softmax"], right["bayes"], atol=1e-9)
    assert right["by_share"].argmin() == list(right["share"]).index(1.0)
    aside = compute(**at, share=3.0, overlap=0.0)
    assert (aside["softmax"][1:] > 1.2).all()
    assert right["critical"] == pytest.approx(math.exp(8))
    assert right["summed"] == 16
    at_most = compute(signal=30.0, n_tokens=100, share=1.0, overlap=1.0)
    (axis, *_) = (panel.x for panel in figure.panels)
    assert at_most["critical"] < axis.ends[1]
    assert at_most["critical"] < at_most["length"][-1]


def test_common_prompts_move_a_risk_by_one_percent():
    """Linear attention at its best, of weights sqrt(nu) / (L + nu) times the scores, on these."""
    at = trained("linear", 20)
    best = 100 * (at["linear"] / at["bayes"] - 1)
    assert f"{best:,.0f} %" in PAGE
    assert best > 100 * (at["excess"] / at["bayes"]).max()
    case = {"d": 20, "n_tokens": 20, "signal": 16.0, "map": "linear"}
    reader = fresh_reader(case, torch.Generator().manual_seed(0))
    key, value = marks(20)
    with torch.no_grad():
        reader.query.copy_(20 * 4 / (20 + 16) * key)
        reader.value.copy_(value)
    here_best = 100 * excess(reader, case) / at["bayes"]
    assert f"on these prompts {here_best:,.0f} %" in " ".join(PAGE.split())
    at = by_samples("linear")
    gap = here.linear_location_risk(10, 16.0) - here.bayes_location_risk(10, 16.0)
    assert f"{gap:.3f} above it" in PAGE
    assert at[64].mean() == pytest.approx(gap, abs=0.01)
