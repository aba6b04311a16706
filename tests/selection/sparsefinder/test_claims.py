"""The claim on learned coordinates, its figure, and a toy in which learning must help."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.explore import gallery
from attnkit.selection import dropped_by, kept_attention, near_keys
from attnkit.selection.sparsefinder import claims
from attnkit.selection.sparsefinder.fitting import fitted, supports
from attnkit.selection.sparsefinder.recorded import SUMMARY, recall


@pytest.mark.claim("learned-coordinates")
def test_learned_coordinates_recall_more_at_equal_density():
    for r in (1, 2, 4, 8):
        found = recall(r)
        assert found["learned"].shape == (3, 5)
        assert (found["learned"] - found["random"])[:, 2].min() > 0.2
    assert (recall(1)["learned"][:, 2] > recall(8)["random"][:, 2]).all()


@pytest.mark.claim("learned-coordinates")
@pytest.mark.parametrize("seed", range(3))
def test_on_a_toy_learning_finds_the_features_that_score(seed):
    """Two features make all scores; six others are louder and say nothing."""
    generator = torch.Generator().manual_seed(seed)

    def text():
        loud = 6 * torch.randn(2, 1, 41, 6, generator=generator)
        angle = 6.3 * torch.rand(2, 1, 41, 1, generator=generator)
        told = 4 * torch.cat([angle.cos(), angle.sin()], -1)
        queries, keys = torch.cat([told, loud], -1)
        queries[..., 2:5], keys[..., 5:] = 0, 0
        return queries, keys

    taught, unseen = [text() for _ in range(3)], text()
    wanted = supports(*unseen)
    shares = []
    for n_steps in (0, 100):
        own = fitted(taught, 2, n_steps=n_steps, seed=seed)(*unseen)
        kept = near_keys(*own, 8)
        shares.append((kept & wanted).sum() / wanted.sum())
    assert shares[1] > shares[0] + 0.1


def test_the_page_says_what_was_recorded():
    page = Path(__file__).parents[3] / "book" / "selection" / "sparsefinder" / "chapter.md"
    text, measured = page.read_text(), claims.learned_over_random()
    told = re.search(r"(\d\.\d+) against (\d\.\d+) at \$r = 4\$", text).groups()
    assert float(told[0]) == pytest.approx(measured["learned, r = 4"], abs=0.0051)
    assert float(told[1]) == pytest.approx(measured["random, r = 4"], abs=0.0051)
    for way, wanted in (("4 learned coordinates", 0.47), ("4 random coordinates", 0.34)):
        assert measured[f"{way}, mass"] == pytest.approx(wanted, abs=0.0051)
    assert measured["window, mass"] == pytest.approx(0.50, abs=0.0051)
    empty = re.search(r"nothing: (\S+) %\nof the rows, and (\S+) % at one key in sixteen", text)
    buckets = SUMMARY["selection-sparsefinder-real"]["buckets of 4 learned"]
    wanted = [100 * np.mean(buckets[budget]["empty"]) for budget in ("1/8", "1/16")]
    assert [*map(float, empty.groups())] == pytest.approx(wanted, abs=0.51)
    assert measured["buckets of 4 learned, density"] == pytest.approx(1 / 20, abs=0.006)


def test_what_is_dropped_bounds_the_error():
    generator = torch.Generator().manual_seed(0)
    queries, keys, values = torch.randn(3, 29, 5, generator=generator, dtype=torch.float64).unbind()
    kept = near_keys(queries, keys, 7)
    told = dropped_by(queries, keys, kept)
    whole = torch.nn.functional.scaled_dot_product_attention(queries, keys, values)
    apart = (kept_attention(queries, keys, values, kept) - whole).norm(dim=-1)
    assert (apart <= 2 * told.mass * values.norm(dim=-1).max() + 1e-12).all()


def test_the_figure_shows_the_recorded_curves():
    compute = gallery()["recall-and-sparsity"].compute
    values = compute(n_features=8, part=16)
    assert values["of_learned"] == recall(8)["learned"][:, 1].mean()
    assert (values["low"] <= values["learned"]).all()
    assert values["any"][14] == pytest.approx(0.4, abs=0.005)
    assert values["one"][14] == pytest.approx(1 / 16)
