"""Additive scores and clipped weights by hand; a pointer's equivariance and its edges."""

import math

import pytest
import torch

from attnkit.densities import softmax
from attnkit.interpretation.pointer import (
    PointerNetwork,
    additive_scores,
    largest_clipped_weight,
    not_yet_chosen,
    point_freely,
    point_once,
    pointer_weights,
)


def rows(*shape, seed=0, dtype=torch.float64):
    generator = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(*shape, generator=generator, dtype=torch.float64).to(dtype)


def network(n_features=2):
    torch.manual_seed(0)
    return PointerNetwork(n_features, 7)


def test_additive_scores_are_those_of_a_loop():
    queries, keys, vector = rows(2, 3, 5), rows(2, 7, 5, seed=1), rows(5, seed=2)
    found = additive_scores(queries, keys, vector)
    for b in range(2):
        for i in range(3):
            for j in range(7):
                wanted = (vector * (queries[b, i] + keys[b, j]).tanh()).sum()
                torch.testing.assert_close(found[b, i, j], wanted)
    assert torch.autograd.gradcheck(
        additive_scores, [t.requires_grad_() for t in (queries, keys, vector)]
    )


def test_scores_are_bounded_by_the_vectors_magnitudes():
    vector = rows(5, seed=2)
    found = additive_scores(100 * rows(3, 5), 100 * rows(7, 5, seed=1), vector)
    assert found.abs().max() <= vector.abs().sum()


def test_no_clip_is_softmax_and_a_clip_is_softmax_of_tanh():
    scores = rows(3, 7)
    torch.testing.assert_close(pointer_weights(scores), softmax(scores))
    torch.testing.assert_close(pointer_weights(scores, 3.0), softmax(3 * scores.tanh()))


def test_a_masked_input_and_one_of_minus_infinity_get_nothing():
    scores, mask = rows(3, 7), torch.tensor([True] * 5 + [False] * 2)
    wanted = pointer_weights(scores[:, :5], 2.0)
    dirty = scores.clone()
    dirty[:, 5:] = math.nan
    found = pointer_weights(dirty, 2.0, mask=mask)
    torch.testing.assert_close(found[:, :5], wanted)
    assert not found[:, 5:].any()
    struck = scores.masked_fill(~mask, -math.inf)
    torch.testing.assert_close(pointer_weights(struck, 2.0), found)
    none = torch.zeros(7, dtype=torch.bool)
    assert not pointer_weights(scores, 2.0, mask=none).any()


def test_gradients_are_those_of_the_formula_and_finite_where_all_is_masked():
    scores = rows(3, 5).requires_grad_()
    assert torch.autograd.gradcheck(lambda z: pointer_weights(z, 2.0), scores)
    mask = torch.zeros(3, 5, dtype=torch.bool)
    mask[0, :2] = True
    far = torch.full((3, 5), 1e4, requires_grad=True)
    pointer_weights(far, 10.0, mask=mask).square().sum().backward()
    assert torch.isfinite(far.grad).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision(dtype):
    scores = rows(3, 7).to(dtype)
    found = pointer_weights(scores, 2.0)
    assert found.dtype == dtype
    exact = pointer_weights(scores.double(), 2.0)
    assert (found.double() - exact).abs().max() <= torch.finfo(dtype).eps


def test_scores_inside_autocast_are_those_outside():
    parts = [t.float() for t in (rows(2, 3, 5), rows(2, 7, 5, seed=1), rows(5, seed=2))]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = additive_scores(*parts)
    assert torch.equal(inside, additive_scores(*parts))


def test_a_network_inside_autocast_points_as_outside():
    model, inputs = network(), torch.rand(5, 7, 2, generator=torch.Generator().manual_seed(0))
    order = point_once(model, inputs)
    scores = model(inputs, order)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(model(inputs, order), scores)
        assert torch.equal(point_once(model, inputs), order)
        point_freely(model, inputs)


@pytest.mark.parametrize("shape", [(0,), (3, 0), (0, 5)])
def test_nothing_to_point_at(shape):
    assert pointer_weights(torch.zeros(shape), 2.0).shape == shape


@pytest.mark.parametrize("clip", [0.5, 2.0, 10.0])
@pytest.mark.parametrize("n_keys", [1, 2, 41])
def test_the_bound_is_reached_and_never_passed(n_keys, clip):
    apart = torch.full((n_keys,), -40.0, dtype=torch.float64)
    apart[0] = 40.0
    bound = largest_clipped_weight(n_keys, clip)
    assert pointer_weights(apart, clip)[0].item() == pytest.approx(bound)
    assert pointer_weights(3 * rows(101, n_keys), clip).max().item() <= bound + 1e-12


def test_a_clip_in_single_precision_ties_what_saturates():
    """tanh of 10 and of 12 are both one, so that the larger score has no more weight."""
    tied = pointer_weights(torch.tensor([12.0, 10.0, 0.0]), 10.0)
    assert tied[0] == tied[1]
    free = pointer_weights(torch.tensor([12.0, 10.0, 0.0]))
    assert free[0] > 7 * free[1]


def test_what_is_free_is_what_was_not_chosen():
    free = not_yet_chosen(torch.tensor([2, 0, 2]), 4)
    assert free.int().tolist() == [[1, 1, 1, 1], [1, 1, 0, 1], [0, 1, 0, 1], [0, 1, 0, 1]]
    assert not_yet_chosen(torch.zeros(3, 0, dtype=torch.int64), 5).shape == (3, 1, 5)
    with pytest.raises(ValueError, match="chosen must be below n_inputs = 3"):
        not_yet_chosen(torch.tensor([3]), 3)


def test_an_order_has_every_input_once_and_follows_the_scores():
    model, inputs = network(), torch.rand(11, 5, 2, generator=torch.Generator().manual_seed(0))
    order = point_once(model, inputs)
    assert torch.equal(order.sort(-1).values, torch.arange(5).expand(11, 5))
    scores = model(inputs, order[:, :-1]).masked_fill(~not_yet_chosen(order[:, :-1], 5), -math.inf)
    assert torch.equal(scores.argmax(-1), order)
    freely = point_freely(model, inputs)
    assert torch.equal(model(inputs, freely[:, :-1]).argmax(-1), freely)


def test_the_network_is_its_formula():
    model, inputs = network(), torch.rand(5, 2, generator=torch.Generator().manual_seed(0))
    scores = model(inputs, torch.tensor([3, 1]))
    hidden = (inputs @ model.hidden[0].weight.T + model.hidden[0].bias).relu()
    for step, query in enumerate(
        [model.begin, *(model.ask.weight @ hidden[c] + model.ask.bias for c in (3, 1))]
    ):
        wanted = [(model.vector * (query + model.offer.weight @ h).tanh()).sum() for h in hidden]
        torch.testing.assert_close(scores[step], torch.stack(wanted))


def test_a_place_among_the_features_breaks_the_equivariance():
    """What breaks it: with its place as a feature an input is no longer what it was."""
    model = network()
    numbers = torch.rand(7, 1, generator=torch.Generator().manual_seed(1))
    turned = torch.arange(6, -1, -1)
    plain = torch.cat([numbers, numbers], -1)
    assert torch.equal(6 - point_once(model, plain[turned]), point_once(model, plain))
    places = torch.arange(7.0)[:, None]
    before = model(torch.cat([numbers, places], -1), torch.zeros(0, dtype=torch.int64))
    after = model(torch.cat([numbers[turned], places], -1), torch.zeros(0, dtype=torch.int64))
    assert not torch.allclose(before, after.flip(-1))


def test_no_input_and_a_single_one():
    model = network()
    assert point_once(model, torch.zeros(3, 0, 2)).shape == (3, 0)
    assert point_once(model, torch.zeros(3, 1, 2)).tolist() == [[0]] * 3


def test_choices_that_are_no_input_are_refused():
    with pytest.raises(ValueError, match="chosen must be from 0 to 4"):
        network()(torch.rand(5, 2), torch.tensor([5]))
