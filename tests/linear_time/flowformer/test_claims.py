"""The claims on Flowformer, over seeds and sizes, the figure, and the page's recorded table."""

from pathlib import Path

import pytest

from attnkit.explore import gallery
from attnkit.linear_time.flowformer import claims, conserved_flows
from attnkit.linear_time.flowformer.recorded import real_flows, real_rows


@pytest.mark.claim("flow-means-are-exact")
@pytest.mark.parametrize("sizes", [(17, 17), (64, 256), (256, 31)])
@pytest.mark.parametrize("gain", [0.5, 5.0])
def test_the_mean_flow_is_sinks_over_sources_unless_eps_is_added(sizes, gain):
    sinks, sources = sizes
    tokens = claims.normal_tokens(*sizes, gain, seed=1)
    flows = conserved_flows(*tokens)
    assert abs(flows.conserved_outgoing.mean() * sources / sinks - 1) < 1e-12
    assert abs(flows.conserved_incoming.mean() * sinks / sources - 1) < 1e-12
    moved = conserved_flows(*tokens, eps=1e-6).conserved_outgoing.mean() - sinks / sources
    if sinks <= sources:
        assert moved == pytest.approx(0.5e-6 * claims.WIDTH, rel=0.1)
    assert moved > 1e-6


@pytest.mark.claim("flow-clamp-cuts-half")
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("gain", [0.5, 2.0, 5.0])
def test_a_clamp_at_one_cuts_half_or_all_or_none(seed, gain):
    for sinks, low, high in ((256, 0.4, 0.6), (64, 0.0, 0.0), (1024, 1.0, 1.0)):
        outgoing = conserved_flows(*claims.normal_tokens(sinks, 256, gain, seed=seed))[3]
        assert low <= (outgoing > 1).double().mean() <= high
        free, cut = (claims.strongest_over_weakest(outgoing, clamp) for clamp in (None, 1.0))
        if sinks == 256:
            assert 1 < cut < free
            assert cut**2 < 1.35 * free
        else:
            assert cut == pytest.approx(free if sinks == 64 else 1.0)


@pytest.mark.claim("causal-flow-drifts")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_flows_so_far_are_conserved_where_tokens_do_not_drift(seed):
    still, up, down = (claims.drifting(drift, seed=seed) for drift in (0.0, 2.0, -2.0))
    assert all(found["true mean"] == pytest.approx(1) for found in (still, up, down))
    assert abs(still["mean"] - 1) < 0.05
    assert up["mean"] > 1.8
    assert down["mean"] < 0.7
    assert up["clipped"] > 0.9 > 0.1 > down["clipped"]
    assert up["alike"] < -0.5 < 0.5 < down["alike"]


@pytest.mark.claim("flow-on-real-heads")
def test_on_real_heads_half_is_cut_and_that_half_is_what_is_read():
    flows, rows = real_flows(), real_rows()
    assert abs(flows["mean"] - 1).max() < 1e-6
    assert 0.4 < flows["clipped"].min() < flows["clipped"].max() < 0.6
    assert flows["mass on clipped"].mean() > 0.6
    assert flows["ratio, clamped"].mean() < 1.2 < 1.4 < flows["ratio"].mean()
    kl = {name: float(row["divergence"][0]) for name, row in rows.items()}
    assert kl["flow, not clamped"] < kl["flow, clamped"] < kl["sigmoid kernel"] < kl["uniform"]
    assert kl["flow, clamped"] > 0.9 * kl["uniform"]


@pytest.mark.parametrize(
    "name", ["uniform", "sigmoid kernel", "flow, clamped", "flow, not clamped"]
)
def test_the_page_s_table_is_the_recorded_run(name):
    page = Path(__file__).parents[3] / "book" / "linear_time" / "flowformer" / "chapter.md"
    (line,) = (row for row in page.read_text().splitlines() if row.startswith(f"| {name} |"))
    row = real_rows()[name]
    for cell, part in zip(line.split("|")[2:4], ("divergence", "entropy"), strict=True):
        mean, spread = (float(number) for number in cell.split("±"))
        assert mean == pytest.approx(row[part][0], abs=0.0051)
        assert spread == pytest.approx(row[part][1], abs=0.0051)


def test_the_figure_shows_what_its_caption_says():
    compute = gallery()["flow-and-clamp"].compute
    for gain in (0.5, 5.0):
        same = compute(gain=gain, n=64, ratio=1.0, clamp="cut at 1")
        assert 0.4 < same["clipped"] < 0.6
        assert same["competing"][-15] == pytest.approx(same["competing"][-1])
        assert compute(gain=gain, n=64, ratio=4.0, clamp="cut at 1")["ratio_now"] == 1
        few = compute(gain=gain, n=64, ratio=0.25, clamp="cut at 1")
        assert few["clipped"] == 0
        assert few["ratio_now"] == few["ratio_free"]
        assert few["mean"] == pytest.approx(0.25)
