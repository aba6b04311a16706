"""The claims on EntmaxKV, on other seeds and settings than they measure."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch

from attnkit.densities import attention
from attnkit.selection import certified_pages, entmax_kv_attention, kept_pairs
from attnkit.selection.entmax_kv import claims
from attnkit.selection.entmax_kv.experiments import counted_pages
from attnkit.selection.entmax_kv.recorded import SUMMARY, counted
from attnkit.selection.entmax_kv.toy import ORDERS, topic_tokens

PAGE = Path(__file__).parents[3] / "book" / "selection" / "entmax_kv" / "chapter.md"


def page_shares(label=None):
    """The numbers before a per cent sign, in a claim or outside of all."""
    text = PAGE.read_text()
    if label:
        (text,) = re.findall(rf"```{{claim}} {label}\n(.*?)```", text, re.DOTALL)
    return [float(number) / 100 for number in re.findall(r"([\d.]+) %", text)]


@pytest.mark.claim("certified-pages-lose-nothing")
@pytest.mark.parametrize("alpha", [1.05, 1.5, 2.0, 4.0])
def test_certified_pages_lose_nothing(alpha):
    seeds = range(500, 510)
    texts = [topic_tokens(order, 1.0 + s % 4, seed=s) for s in seeds for order in ORDERS]
    query, keys = (torch.stack(parts) for parts in zip(*texts, strict=True))
    read = entmax_kv_attention(query, keys, keys, size=5, alpha=alpha)
    torch.testing.assert_close(read, attention(query, keys, keys, alpha=alpha))


@pytest.mark.claim("certified-pages-lose-nothing")
def test_the_page_s_shares_are_measured():
    measured = claims.nothing_lost()
    assert measured["violations"] == 0
    assert measured["largest error"] < 1e-12
    told = page_shares("certified-pages-lose-nothing")
    assert told == [pytest.approx(measured[name], abs=0.0051) for name in ("needed", "read")]


@pytest.mark.claim("alike-keys-share-pages")
def test_alike_keys_share_pages():
    measured = claims.alike_keys()
    topics, mixed, alike = (measured[order] for order in ORDERS)
    assert page_shares("alike-keys-share-pages") == [
        pytest.approx(share, abs=0.0051) for share in (topics, mixed, alike)
    ]
    for first in (100, 200, 300):
        topics, mixed, alike = (
            claims.share_read(order, range(first, first + 40)) for order in ORDERS
        )
        assert max(topics, alike) + 0.2 < mixed


@pytest.mark.claim("certified-pages-real")
def test_on_real_heads_it_is_exact_and_useless():
    measured = claims.real_pages()
    assert all(measured[name] == 0 for name in measured if name.endswith("violations"))
    names = ("16, needed", "16, certified", "2, needed", "2, certified", "2, alike, certified")
    told = page_shares("certified-pages-real")
    assert told == [pytest.approx(measured[name], abs=0.0051) for name in names]
    assert measured["16, certified"] > 0.9
    assert measured["16, needed"] < 0.5 * measured["16, certified"]
    assert measured["2, alike, certified"] < measured["2, certified"]
    for alpha in (1.25, 2.0):
        assert counted(16, alpha)["violations"] == 0
    shares = [counted(16, alpha)["certified"] for alpha in (2.0, 1.5, 1.25)]
    assert shares == sorted(shares)


def test_a_normal_row_s_guess_is_what_the_page_says():
    told = page_shares()
    for size, names in (
        (16, ("guessed", "rows that miss")),
        (2, ("guessed", "rows that miss", "weight missed")),
    ):
        for name in names:
            number = counted(size)[name]
            assert any(
                share == pytest.approx(number, abs=0.00051)
                or share == pytest.approx(number, abs=0.0051)
                for share in told
            ), (size, name, number)


def test_the_experiment_counts_what_certified_pages_keep():
    """Its rule of the whole row's threshold is the rule found without reading all."""
    generator = torch.Generator().manual_seed(0)
    queries, keys = torch.randn(2, 3, 37, 7, generator=generator, dtype=torch.float64) * 2
    found = counted_pages(queries, keys, 4, 1.5)
    pages = certified_pages(queries, keys, size=4)
    last = torch.arange(10) == 9
    scores = queries @ keys.mT * 7**-0.5
    assert found["violations"] == 0
    assert pages[..., ~last].double().mean().item() == pytest.approx(found["certified"], abs=0.1)
    assert found["needed"] <= found["certified"] <= pages.double().mean().item() + 1e-4
    assert kept_pairs(pages, 37, 37, query_size=1, key_size=4).shape == scores.shape


def test_the_page_tells_what_a_budget_of_pages_catches():
    found = re.search(
        r"with (\S+) of the pairs it catches (\S+) of .*?of four catch (\S+) with (\S+) of",
        PAGE.read_text(),
        re.DOTALL,
    )
    ways = SUMMARY["selection-entmax-kv-real"]
    long, short = ways["pages of 16"]["1/16"], ways["pages of 4"]["1/4"]
    wanted = [np.mean(way[name]) for way in (long, short) for name in ("density", "mass")]
    assert [*map(float, found.groups())] == pytest.approx(
        [wanted[0], wanted[1], wanted[3], wanted[2]], abs=0.0051
    )
    assert np.mean(long["mass"]) < np.mean(long["density"])
