"""Each explanation where the answer is known: a linear score, a product, a sum of squares."""

import pytest
import torch

from attnkit.interpretation import (
    gradient_norm,
    gradient_times_input,
    integrated_gradients,
    leave_one_out,
    replace_one,
)

PLACES = torch.linspace(1.0, 2.0, 5, dtype=torch.float64)[:, None]


def tokens(n=5, seed=0):
    return torch.randn(n, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


SLOPES = tokens(seed=1)


def linear(inputs):
    return (inputs * SLOPES).sum()


def squares(inputs):
    return (inputs**2).sum()


def mixed(inputs):
    """No sum over tokens: each one's part depends on the others."""
    return (inputs.softmax(0) * inputs).sum(0).prod()


def test_a_linear_score_is_explained_alike_by_all_that_have_a_sign():
    inputs, nothing = tokens(), torch.zeros(3, dtype=torch.float64)
    wanted = (inputs * SLOPES).sum(-1)
    for found in (
        gradient_times_input(linear, inputs),
        integrated_gradients(linear, inputs, nothing[None], 3),
        replace_one(linear, inputs, nothing),
    ):
        torch.testing.assert_close(found, wanted)
    torch.testing.assert_close(gradient_norm(linear, inputs), SLOPES.norm(dim=-1))


def test_deletion_joins_them_where_all_places_are_alike_and_not_where_nothing_is_no_zero():
    inputs, nothing, slope = tokens(), torch.zeros(3, dtype=torch.float64), SLOPES[0]

    def alike(given):
        return (given * slope).sum()

    wanted = gradient_times_input(alike, inputs)
    torch.testing.assert_close(leave_one_out(alike, inputs), wanted)
    torch.testing.assert_close(replace_one(alike, inputs, nothing), wanted)
    torch.testing.assert_close(integrated_gradients(alike, inputs, nothing[None], 3), wanted)
    assert not torch.allclose(replace_one(alike, inputs, inputs[0]), wanted)
    assert not torch.allclose(integrated_gradients(alike, inputs, inputs[:1], 3), wanted)

    def by_place(given):
        return (given * SLOPES[: len(given)]).sum()

    assert not torch.allclose(leave_one_out(by_place, inputs), gradient_times_input(linear, inputs))


def test_a_sum_over_tokens_loses_the_token_s_own_part():
    inputs = tokens()
    torch.testing.assert_close(leave_one_out(squares, inputs), inputs.square().sum(-1))
    nothing = tokens(1, seed=2)[0]
    wanted = inputs.square().sum(-1) - nothing.square().sum()
    torch.testing.assert_close(replace_one(squares, inputs, nothing), wanted)
    torch.testing.assert_close(gradient_times_input(squares, inputs), 2 * inputs.square().sum(-1))


def test_integrated_gradients_sum_to_the_difference():
    inputs, baseline = tokens(), tokens(seed=3)
    found = integrated_gradients(mixed, inputs, baseline, 400).sum()
    torch.testing.assert_close(found, mixed(inputs) - mixed(baseline), rtol=1e-4, atol=1e-5)
    assert not torch.allclose(gradient_times_input(mixed, inputs).sum(), found, rtol=1e-2)


def test_deletion_moves_the_others_up_and_a_substitute_does_not():
    inputs = tokens()

    def placed(given):
        return (given.sum(-1, keepdim=True) * PLACES[: len(given)]).sum()

    deleted, replaced = leave_one_out(placed, inputs), replace_one(placed, inputs, inputs[0] * 0)
    sums = inputs.sum(-1)
    torch.testing.assert_close(replaced, sums * PLACES[:, 0])
    moved = 0.25 * torch.tensor([sums[i + 1 :].sum() for i in range(5)])
    torch.testing.assert_close(deleted, sums * PLACES[:, 0] + moved)


def test_no_token_and_one():
    none, one = torch.zeros(0, 3), torch.ones(1, 3)
    assert leave_one_out(squares, none).shape == (0,)
    assert replace_one(squares, none, torch.zeros(3)).shape == (0,)
    assert gradient_norm(squares, none).shape == (0,)
    assert leave_one_out(squares, one).tolist() == [3.0]


def test_gradients_are_taken_where_none_is_wanted_and_none_is_handed_on():
    inputs = tokens().requires_grad_()
    with torch.no_grad():
        for found in (gradient_norm(squares, inputs), leave_one_out(squares, inputs)):
            assert not found.requires_grad
    assert inputs.grad is None


def test_gradients_are_taken_in_inference_mode_too():
    plain, nothing = tokens(), torch.zeros(1, 3, dtype=torch.float64)
    with torch.inference_mode():
        inputs = tokens()
        for explain in (gradient_norm, gradient_times_input):
            torch.testing.assert_close(explain(mixed, inputs), explain(mixed, plain))
        found = integrated_gradients(mixed, inputs, nothing.clone())
    torch.testing.assert_close(found.clone(), integrated_gradients(mixed, plain, nothing))


def test_a_token_that_the_score_does_not_read_has_nothing():
    found = gradient_norm(lambda given: given[0].sum(), tokens())
    assert (found[1:] == 0).all()


@pytest.mark.parametrize("explain", [gradient_norm, gradient_times_input, leave_one_out])
def test_a_score_that_is_no_number_is_refused(explain):
    with pytest.raises(ValueError, match=r"score must return a tensor of one number, got \(5,\)"):
        explain(lambda given: torch.ones(5) * given.sum(), tokens())
    with pytest.raises(ValueError, match="one number, got float"):
        explain(lambda given: 1.0, tokens())


def test_a_constant_has_no_gradient():
    with pytest.raises(ValueError, match="score must be differentiable"):
        gradient_norm(lambda given: torch.tensor(1.0), tokens())
