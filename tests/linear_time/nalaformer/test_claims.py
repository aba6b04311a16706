"""The claims on NaLaFormer, over seeds and sizes, the figure, and the page's recorded table."""

from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.diagnostics import entropy
from attnkit.experiments import load
from attnkit.explore import gallery
from attnkit.linear_time import nala_weights
from attnkit.linear_time.nalaformer import claims
from attnkit.linear_time.nalaformer.recorded import real_heads
from attnkit.linear_time.shared.rows import kernel_weights
from attnkit.memory import elu_plus_one


@pytest.mark.claim("nala-feels-the-norm")
@pytest.mark.parametrize(
    ("d", "n", "seed"), [(16, 256, 1), (32, 64, 2), (32, 256, 3), (64, 256, 4)]
)
def test_softmax_falls_relu_is_flat_and_nala_is_between(d, n, seed):
    found = claims.entropies(d, n, seed=seed)
    spans = {name: float(each.max() - each.min()) for name, each in found.items()}
    assert spans["ReLU"] < 1e-12
    assert (found["NaLa"].diff() < 0).all()
    assert 0.1 < spans["NaLa"] < 0.2 * spans["softmax"]


@pytest.mark.claim("nala-feels-the-norm")
@pytest.mark.parametrize("degree", [0.5, 1.0, 2.0, 7.0])
def test_any_homogeneous_map_divides_the_norm_away(degree):
    generator = torch.Generator().manual_seed(0)
    q, k = torch.randn(2, 13, 7, generator=generator, dtype=torch.float64)

    def row(queries):
        return kernel_weights(queries.clamp(min=0) ** degree, k.abs())

    torch.testing.assert_close(row(1000 * q), row(q), rtol=1e-12, atol=1e-12)
    assert not torch.allclose(nala_weights(1000 * q, k), nala_weights(q, k), atol=1e-3)


@pytest.mark.claim("nala-rotated-rows")
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_rotated_in_the_numerator_alone_have_any_sum(seed):
    found = claims.turned_sums(64, 32, seed=seed)
    assert found["lowest sum"] < 0.3
    assert 0.5 < found["mean sum"] < 0.85
    assert 0.1 < found["negative"] < 0.3


@pytest.mark.claim("nala-norm-on-real-heads")
def test_the_norm_of_a_real_head_says_its_entropy_and_no_map_hears_it():
    found = claims.norm_on_real_heads()
    assert found["softmax, correlation"] < -0.9
    for name in ("ReLU", "NaLa", "NaLa, norm over its mean", "power 3, no norm"):
        assert found[f"{name}, correlation"] > 0.1
    assert found["mean tanh |q|"] > 0.95
    assert abs(found["NaLa, KL"] - found["power 3, no norm, KL"]) < 0.02
    assert found["NaLa, keys centred, KL"] < 0.85 * found["NaLa, KL"]
    assert found["NaLa, KL"] < found["ReLU, KL"] < found["uniform, KL"]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("uniform", "uniform"),
        ("ReLU, both signs", "ReLU"),
        ("power 3, no norm", "power 3, no norm"),
        ("NaLa", "NaLa"),
        ("NaLa, norm over its mean", "NaLa, norm over its mean"),
        ("NaLa, keys centred", "NaLa, keys centred"),
    ],
)
def test_the_page_s_table_is_the_recorded_run(label, name):
    page = Path(__file__).parents[3] / "book" / "linear_time" / "nalaformer" / "chapter.md"
    (line,) = (row for row in page.read_text().splitlines() if row.startswith(f"| {label} |"))
    cells = [cell.strip().replace("−", "-") for cell in line.split("|")[2:5]]
    heads = real_heads()
    assert float(cells[0]) == pytest.approx(heads[name]["divergence"].mean(), abs=0.0051)
    assert float(cells[1]) == pytest.approx(heads[name]["entropy"].mean(), abs=0.0051)
    if cells[2] != "–":
        wanted = np.corrcoef(heads[name]["entropy"], heads["softmax"]["norm"])[0, 1]
        assert float(cells[2]) == pytest.approx(wanted, abs=0.0051)


@pytest.mark.parametrize(
    ("name", "left_out"),
    [
        *((name, 5) for name in ("ReLU", "power 3, no norm", "NaLa", "NaLa, norm over its mean")),
        ("NaLa, keys centred", 1),
    ],
)
def test_pairs_of_head_and_passage_with_a_key_that_agrees_nowhere(name, left_out):
    units = load("linear-time-nalaformer-real")["units"]
    rows = [unit["result"][name]["divergence"] for unit in units]
    assert sum(map(len, rows)) == 2160
    assert sum(row.count(None) for row in rows) == left_out


def test_elu_plus_one_is_not_homogeneous_and_keeps_next_to_nothing():
    generator = torch.Generator().manual_seed(0)
    q = torch.nn.functional.normalize(torch.randn(32, 32, generator=generator).double(), dim=-1)
    k = elu_plus_one(torch.randn(256, 32, generator=generator).double())
    short, long = (entropy(kernel_weights(elu_plus_one(r * q), k)).mean() for r in (0.1, 4.0))
    assert 0.001 < short - long < 0.003


def test_the_figure_shows_what_its_caption_says():
    compute = gallery()["norm-and-entropy"].compute
    short, long = (compute(norm=norm, width=32, power=3.0) for norm in (0.1, 4.0))
    np.testing.assert_allclose(short["row_relu"], long["row_relu"])
    assert long["row_softmax"][0] > 10 * short["row_softmax"][0]
    nala = short["entropy_nala"]
    past_two = short["norms"] >= 2
    assert np.ptp(nala[past_two]) < 0.1 * np.ptp(nala)
    lead = short["entropy_relu"][0] - nala
    for width in (8, 32):
        curves = compute(norm=0.1, width=width, power=3.0)
        lead = curves["entropy_relu"] - curves["entropy_nala"]
        assert lead[0] > 0.35 * lead[-1]
    assert long["nala_entropy"] == pytest.approx(nala[-1])
