"""What the experiments do to the encoder, held against algebra and against what was recorded."""

import math

import numpy as np
import pytest
import torch

from attnkit.experiments import load
from attnkit.trained import capture, heads, passages
from attnkit.trained.experiments import appointed, nothing_given, one_number
from attnkit.trained.experiments.common import real
from attnkit.trained.recorded.interventions import LONG, SUMMARY, interventions
from attnkit.trained.recorded.laws import fading, gaussian_entropy, sink_places
from tests.trained.models import needs_encoder

EXPERIMENTS = [one_number.ONE_NUMBER, appointed.APPOINTED, nothing_given.NOTHING_GIVEN]


def head(n_tokens=11, *, seed=0):
    """Weights (head, query, key) and values (head, token, feature)."""
    generator = torch.Generator().manual_seed(seed)
    weights = torch.randn(3, n_tokens, n_tokens, generator=generator).softmax(-1)
    return weights, torch.randn(3, n_tokens, 5, generator=generator)


@pytest.mark.parametrize("by", [0.25, 1.0])
def test_dropping_a_key_takes_its_weight_times_its_value(by):
    weights, values = head()
    left, same = nothing_given.dropped(weights, values, by)
    lost = by * weights[..., :1] * values[:, :1]
    torch.testing.assert_close(left @ same, weights @ values - lost)


def test_passing_its_weight_on_moves_the_rest_away_from_it():
    """By a / (1 - a) times what stood between the output and its value."""
    weights, values = head()
    output, share = weights @ values, weights[..., :1]
    left, same = nothing_given.passed_on(weights, values, 1.0)
    moved = share / (1 - share) * (output - values[:, :1])
    torch.testing.assert_close(left @ same, output + moved)
    assert torch.allclose(left.sum(-1), torch.ones(3, 11))


def test_a_value_is_heard_at_the_median_length_in_its_own_direction():
    weights, values = head()
    same, louder = nothing_given.heard(weights, values, 1.0)
    assert torch.equal(same, weights)
    assert torch.allclose(louder[:, 0].norm(dim=-1), values.norm(dim=-1).median(-1).values)
    assert torch.allclose(torch.cosine_similarity(louder[:, 0], values[:, 0]), torch.ones(3))
    assert torch.equal(louder[:, 1:], values[:, 1:])


def test_the_runner_up_is_the_heaviest_after_the_first():
    weights, values = head()
    changed, _ = nothing_given.runner_up(nothing_given.dropped)(weights, values, 1.0)
    for at in range(3):
        place = int(weights[at].mean(0)[1:].argmax()) + 1
        expected = weights[at].clone()
        expected[:, place] = 0
        assert torch.equal(changed[at], expected)


def test_every_change_by_nothing_changes_nothing():
    for change in nothing_given.CHANGES.values():
        for found, own in zip(change(*head(), 0.0), head(), strict=True):
            torch.testing.assert_close(found, own)


def test_a_straight_line_through_log_odds_is_found_again():
    assert {row.shape for row in fading().values()} == {(72,)}
    assert len(sink_places()) == (heads()["first_share"] > 0.3).sum()
    assert (fading()["slope"][sink_places()] < 0).all()


def test_entropy_of_normal_scores_at_both_ends():
    found = gaussian_entropy(300, (0.0, 0.5, 500.0))
    assert found[0] == pytest.approx(math.log(300))
    assert found[1] == pytest.approx(math.log(300) - 0.125, abs=0.02)
    assert found[2] < 0.3


@pytest.mark.parametrize("experiment", SUMMARY)
def test_a_band_holds_its_mean_and_the_mean_of_long_passages(experiment):
    units = [unit["result"] for unit in load(experiment)["units"]]
    for name, (mean, low, high, long) in interventions(experiment).items():
        assert (low <= high).all()
        rows = np.array([each[name] for each in units])
        kept = [each["n"] >= LONG for each in units]
        assert mean == pytest.approx(rows.mean(0), rel=1e-3)
        assert long == pytest.approx(rows[kept].mean(0), rel=1e-3)


def test_the_coordinate_is_the_largest_in_every_passage():
    units = [unit["result"] for unit in load("trained-one-number")["units"]]
    assert {each["largest"] for each in units} == {one_number.COORDINATE}


@needs_encoder
@pytest.mark.parametrize("experiment", EXPERIMENTS, ids=lambda each: each.name)
def test_what_is_recorded_is_what_the_encoder_gives(experiment):
    recorded = {u["case"]["passage"]: u["result"] for u in load(experiment.name)["units"]}
    fresh = experiment.run({"passage": 9}, seed=0, device="cpu")
    assert fresh.keys() == recorded[9].keys()
    for name, found in fresh.items():
        assert np.array(found) == pytest.approx(np.array(recorded[9][name]), rel=5e-3, abs=1e-3)


@needs_encoder
def test_a_coordinate_is_moved_and_put_back():
    found = real()
    tokens = found.tokens(passages()[4])
    own = capture(found.model, tokens).hidden
    wanted, read = torch.tensor(3.0), []
    second = found.model.encoder.layer[1]
    # What a forward hook returns is read by the next layer, but is not among the hidden states.
    handle = second.register_forward_pre_hook(lambda layer, given: read.append(given[0][0]))
    with one_number.blended(found.model, 2, 99, towards=wanted, by=1.0):
        capture(found.model, tokens)
    handle.remove()
    expected = own[1].clone()
    expected[2, 99] = 3.0
    torch.testing.assert_close(read[0], expected)
    assert torch.equal(capture(found.model, tokens).hidden, own)


@needs_encoder
def test_positions_are_counted_from_where_it_is_said():
    found = real()
    tokens = found.tokens("herons")
    table = found.model.embeddings.position_embeddings.weight
    kept = []
    handle = found.model.embeddings.position_embeddings.register_forward_hook(
        lambda part, given, output: kept.append(output)
    )
    with appointed.counted_from(found.model, 7):
        capture(found.model, tokens)
    handle.remove()
    torch.testing.assert_close(kept[0][0], table[7 : 7 + len(tokens)])
