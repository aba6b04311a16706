"""The harness finds what a loop over heads and rows finds; reports leave out what is masked."""

import pytest
import torch

from attnkit.selection import dropped_by
from attnkit.selection.shared.on_real import captured, recorded_ways
from attnkit.selection.shared.pattern import patterns
from attnkit.trained.record import Capture


def tokens(seed: int, *shape: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def read() -> Capture:
    queries, keys = tokens(0, 2, 3, 23, 5), tokens(1, 2, 3, 23, 5)
    scores = queries @ keys.mT / 5**0.5
    return Capture(queries, keys, keys, scores, scores.softmax(-1), keys[0])


def every_third(queries, keys, n_keys):
    """Every third key, and nothing for the first query."""
    kept = (torch.arange(23) % 3 == 0).expand(2, 3, 23, 23).clone()
    kept[..., 0, :] = False
    return kept


def test_mass_density_and_empty_rows_are_of_each_head():
    made = read()
    found = captured(made, every_third)["1/8"]
    at = 0
    for layer in range(2):
        for head in range(3):
            rows = made.weights[layer, head, 1:, ::3].sum(-1)
            assert found["mass"][at] == pytest.approx(rows.sum().item() / 23, rel=1e-3)
            at += 1
    assert found["density"] == pytest.approx([22 * 8 / 23**2] * 6, rel=1e-3)
    assert found["empty"] == pytest.approx([1 / 23] * 6, rel=1e-3)


def test_the_budget_is_a_part_of_the_keys_and_products_are_the_model_s_scores():
    made, asked = read(), []

    def choose(queries, keys, n_keys):
        asked.append(n_keys)
        torch.testing.assert_close(queries @ keys.mT, made.scores)
        return patterns()["oracle"].choose(queries, keys, n_keys)

    captured(made, choose)
    assert asked == [1, 3, 6]


def test_a_record_is_the_mean_of_its_units():
    units = [{"result": {"way": {"1/8": {"mass": [mass, 0.5]}}}} for mass in (0.2, 0.4, 0.6)]
    assert recorded_ways({"units": units}) == {"way": {"1/8": {"mass": [0.4, 0.5]}}}


def test_a_masked_key_has_no_weight_to_lose():
    queries, keys = tokens(2, 3, 7, 5), tokens(3, 3, 7, 5)
    mask = torch.arange(7) < 5
    kept = torch.eye(7, dtype=torch.bool) | (torch.arange(7) == 1)
    short = dropped_by(queries[:, :5], keys[:, :5], kept[:5, :5])
    keys[:, 5:] = torch.nan
    padded = dropped_by(queries, keys, kept, mask)
    torch.testing.assert_close(padded.mass[:, :5], short.mass)
    assert padded.density.tolist() == pytest.approx([(2 * 4 + 1 + 2) / 35] * 3)
    others = dropped_by(queries, keys, torch.arange(7).expand(7, 7) > 4, mask)
    assert others.empty.all()
    assert (others.density == 0).all()


def test_a_report_in_half_precision_is_counted_in_full():
    queries, keys = tokens(4, 7, 5).half(), tokens(5, 7, 5).half()
    nothing = torch.zeros(7, 7, dtype=torch.bool)
    told = dropped_by(queries, keys, nothing)
    assert told.mass.dtype is torch.float32
    torch.testing.assert_close(told.mass, torch.ones(7))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(dropped_by(queries, keys, ~nothing).mass, torch.zeros(7))
