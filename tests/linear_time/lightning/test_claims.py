"""What the page on Lightning attention claims, over seeds where chance has a say."""

import math
from pathlib import Path

import numpy as np
import pytest

from attnkit.linear_time import lightning_log_decay
from attnkit.linear_time.lightning import claims
from attnkit.linear_time.lightning.experiments.real_rates import best_rates, divergence_at
from attnkit.linear_time.lightning.recorded import SUMMARY, real_rates
from attnkit.linear_time.lightning.theory import half_life, recalled_by_age


@pytest.mark.claim("blocks-of-powers-agree")
def test_all_forms_agree_to_ten_digits():
    assert max(claims.blocks_agree().values()) < 1e-10


@pytest.mark.claim("fan-is-short")
def test_no_head_but_the_first_remembers_five_tokens():
    found = claims.fan()
    assert 4.1 < found["longest"] < claims.HALF_LIFE
    assert found["median"] < 0.5
    assert found["heads under one token"] == 34
    for layer in range(6):
        assert half_life(float(lightning_log_decay(8, layer, 6)[0])) == math.inf


@pytest.mark.claim("no-head-holds-both")
def test_a_head_holds_the_last_tokens_or_none_well():
    found = claims.recall_of_the_last()
    assert found["4 tokens, age 0"] > 0.97
    assert found["4 tokens, age 32"] < 0.03
    assert found["none forgotten, age 0"] == found["none forgotten, age 32"]
    assert 0.1 < found["none forgotten, age 0"] < 0.15


@pytest.mark.claim("no-head-holds-both")
@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("rate", "age"), [(0.0, 0), (0.0, 100), (-0.173, 0), (-0.173, 8)])
def test_the_law_of_recall_is_what_the_block_form_does(rate, age, seed):
    measured = claims.measured_recall(rate, age, n_tokens=256, seed=seed)
    assert measured == pytest.approx(recalled_by_age(rate, age, 256, 64), abs=0.04)


def test_the_law_of_recall_at_its_ends():
    assert recalled_by_age(0.0, 0, 1, 7) == 1.0
    assert recalled_by_age(-1e4, 0, 9, 7) == 1.0
    assert recalled_by_age(-1e3, 8, 9, 7) < 1e-9
    assert recalled_by_age(0.0, 3, 65, 64) == pytest.approx(math.sqrt(0.5))
    with pytest.raises(ValueError, match="age must be below n_tokens = 5, got 5"):
        recalled_by_age(-0.1, 5, 5, 7)


def test_the_nearest_rate_is_found_and_is_the_nearest():
    import torch

    n = 23
    place = torch.arange(n, dtype=torch.float64)
    distance = (place[:, None] - place).clamp_min(0)
    later = torch.ones(n, n, dtype=torch.bool).triu(1)
    rates = torch.tensor([-1.3, -0.05, 0.0, 0.2], dtype=torch.float64)
    made = (rates[:, None, None] * distance).masked_fill(later, -torch.inf).softmax(-1)
    torch.testing.assert_close(best_rates(made), rates, atol=1e-9, rtol=0)
    generator = torch.Generator().manual_seed(0)
    drawn = torch.randn(4, n, n, generator=generator, dtype=torch.float64)
    weights = (2 * drawn).masked_fill(later, -torch.inf).softmax(-1)
    best = best_rates(weights)
    for moved in (best - 0.01, best + 0.01):
        assert (divergence_at(weights, moved) > divergence_at(weights, best)).all()


@pytest.mark.claim("real-heads-forget-slowly")
def test_real_heads_forget_more_slowly_than_the_fan_or_look_far():
    found = claims.real_heads()
    assert found["all, as fast as the fan"] <= 2
    assert found["without the first, as fast as the fan"] <= 4
    assert found["all, share that reads far"] > 0.4
    assert found["without the first, share that reads far"] < found["all, share that reads far"]
    for kind in ("all", "without the first"):
        even, at_rate = found[f"{kind}, KL of even rows"], found[f"{kind}, KL at the rate"]
        assert 0.6 * even < at_rate < even


def test_only_long_passages_are_summed_up():
    lengths = SUMMARY["linear-time-lightning-real"]["n"]
    assert min(lengths) >= 100
    assert len(lengths) == 12
    assert np.shape(real_rates("all")["far"]) == (12,)


@pytest.mark.parametrize(
    ("label", "name", "digits"),
    [
        ("heads that look *far*", "far", 0.5),
        ("half-life under 4.2 tokens", "fast", 0.5),
        ("KL of even rows, nats", "even", 0.0051),
        ("KL at the nearest rate", "divergence", 0.0051),
    ],
)
def test_the_page_s_table_is_the_recorded_run(label, name, digits):
    page = Path(__file__).parents[3] / "book" / "linear_time" / "lightning" / "chapter.md"
    (line,) = (row for row in page.read_text().splitlines() if row.startswith(f"| {label} |"))
    told = [float(cell) for cell in line.split("|")[2:4]]
    for number, kind in zip(told, ("all", "without the first"), strict=True):
        found = real_rates(kind)
        rate = found["rate"]
        fast = (rate < -math.log(2) / claims.HALF_LIFE).sum()
        means = {"far": (rate >= 0).sum(), "fast": fast}
        means |= {each: found[each].mean() for each in ("even", "divergence")}
        assert number == pytest.approx(means[name], abs=digits)
