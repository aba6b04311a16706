"""The trained toy: its task by a loop, a removed direction, and what is explained of outputs."""

import math

import pytest
import torch

from attnkit.normalisation.catch_tag_release import experiments
from attnkit.normalisation.catch_tag_release.trained_toy import TwoLayers, draw, loss, train
from tests.normalisation.shared.edges import rows
from tests.trained.models import needs_encoder


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def test_wanted_is_the_mean_since_the_separator():
    batch = draw(7, generator())
    for row in range(7):
        (place,) = batch.tokens[row, :, 8].nonzero().flatten().tolist()
        assert 1 <= place < 13
        assert batch.tokens[row, place, :8].abs().max() == 0
        assert batch.after[row].tolist() == [i > place for i in range(16)]
        for i in range(place + 1, 16):
            mean = batch.tokens[row, place + 1 : i + 1, :8].mean(0)
            torch.testing.assert_close(batch.wanted[row, i], mean)


def test_the_loss_counts_tokens_after_the_separator_alone():
    batch = draw(7, generator())
    output = batch.wanted.clone()
    output[~batch.after] = 5.0
    assert loss(output, batch) == 0
    output[batch.after] += 2.0
    assert loss(output, batch).item() == pytest.approx(4)


def test_no_token_hears_a_later_one_and_a_removed_direction_is_gone():
    model, tokens = TwoLayers(generator()), draw(3, generator(1)).tokens
    other = tokens.clone()
    other[:, 9:] += 1.0
    torch.testing.assert_close(model(tokens)[:, :9], model(other)[:, :9])
    assert not torch.allclose(model(tokens)[:, 9:], model(other)[:, 9:])
    unit = torch.nn.functional.normalize(torch.randn(24, generator=generator(2)), dim=0)
    with torch.no_grad():
        model.layers[0]["value"].copy_(torch.outer(torch.ones(24), unit))
    removed = model(tokens, unit)
    model.layers[0]["value"].data.zero_()
    torch.testing.assert_close(model(tokens, unit), removed, atol=1e-4, rtol=1e-4)


def test_training_lowers_the_loss_and_a_unit_runs_twice_alike():
    model, batch = TwoLayers(generator()), draw(64, generator(1))
    before = loss(model(batch.tokens), batch)
    train(model, 40, generator(2))
    assert loss(model(batch.tokens), batch) < before / 3
    one, two = (experiments.run_toy({"n_steps": 3}, seed=1, device="cpu") for _ in range(2))
    assert one == two
    assert all(math.isfinite(number) for number in one.values())


def test_separation_is_in_deviations():
    model = TwoLayers(generator())
    with torch.no_grad():
        for name in ("query", "key", "value"):
            model.layers[0][name].zero_()
        model.embed.zero_()
        model.embed[:2, 0] = torch.tensor([1.0, 0.0])
    found = experiments.measured(model, generator(1))
    assert found["separation"] < 0.1  # content says nothing of before and after
    even = 1 / torch.arange(1, 17)
    assert even[-1] < found["caught"] < even[1]


def test_variance_along_one_axis_of_many():
    outputs = rows(2, 503, 7)
    outputs[0, :, 3] *= 100
    axis = torch.zeros(2, 7, dtype=torch.float64)
    axis[:, 3] = -5.0
    shares = experiments.explained(outputs + 11.0, axis)
    assert shares[0] > 0.99
    assert shares[1].item() == pytest.approx(1 / 7, abs=0.03)


@needs_encoder
def test_a_quick_unit_measures_every_head():
    (case,) = experiments.TRAINED.cases["quick"]
    found = experiments.run_trained(case, seed=0, device="cpu")
    assert len(found["first"]) == len(found["middle"]) == len(found["mass"]) == 72
    assert found["by_chance"] == 1 / 32
    assert all(0 < share < 1 for share in found["first"])
