"""A tied head against loops, its task against its definition, its fits against other solvers."""

import math

import pytest
import torch
from scipy.optimize import minimize

from attnkit.icl.positional_to_semantic import (
    MixedTask,
    fit_fixed_map,
    fit_tied_head,
    map_risk,
    positional_share,
    tied_weights,
)
from attnkit.icl.positional_to_semantic.theory import floors, population_risk


def chance(seed=0):
    return torch.Generator().manual_seed(seed)


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=chance(seed), dtype=torch.float64)


def test_a_tied_head_equals_a_loop():
    inputs, direction, places = drawn(3, 5, 7), drawn(7, seed=1), drawn(5, 7, seed=2)
    weights = tied_weights(inputs, direction, places)
    for sample in range(3):
        u = [(inputs[sample, i] + places[i]) @ direction / 7**0.5 for i in range(5)]
        for i in range(5):
            powers = [math.exp(u[i] * u[j]) for j in range(5)]
            for j in range(5):
                assert weights[sample, i, j].item() == pytest.approx(powers[j] / sum(powers))


def test_a_tied_head_of_two_tokens_prefers_the_token_itself():
    """The odds of staying, multiplied over both rows, are exp of a square."""
    weights = tied_weights(drawn(101, 2, 3), drawn(3, seed=1))
    odds = weights[:, 0, 0] * weights[:, 1, 1] / (weights[:, 0, 1] * weights[:, 1, 0])
    assert (odds >= 1).all()


def test_masked_tokens_get_nothing_and_an_empty_row_is_zero():
    mask = torch.tensor([[True, True, False], [False, False, False], [True, True, True]])
    weights = tied_weights(drawn(2, 3, 5), drawn(5, seed=1), mask=mask)
    assert (weights[:, ~mask] == 0).all()
    torch.testing.assert_close(weights.sum(-1)[0], torch.tensor([1.0, 0, 1]).double())


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_a_tied_head_in_other_precisions(dtype):
    inputs, direction = drawn(3, 5, 7), drawn(7, seed=1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = tied_weights(inputs.to(dtype), direction.to(dtype))
    assert found.dtype == dtype
    torch.testing.assert_close(found.double(), tied_weights(inputs, direction), atol=0.05, rtol=0)


def test_gradients_of_a_tied_head():
    given = [each.requires_grad_() for each in (drawn(2, 3, 5), drawn(5, seed=1))]
    assert torch.autograd.gradcheck(tied_weights, given)


@pytest.mark.parametrize("shape", [(0, 2, 3), (2, 0, 3), (1, 1, 1), (2, 3, 0)])
def test_little_and_nothing(shape):
    inputs = drawn(*shape)
    weights = tied_weights(inputs, drawn(shape[-1], seed=1))
    assert weights.shape == (shape[0], shape[1], shape[1])
    assert map_risk(weights, weights, inputs).eq(0).all()
    if shape == (1, 1, 1):
        assert weights.item() == 1


COMPILED = """
import torch
from attnkit.icl.positional_to_semantic import tied_weights

inputs = torch.randn(3, 5, 7, generator=torch.Generator().manual_seed(0))
compiled = torch.compile(tied_weights, fullgraph=True, backend="aot_eager")
torch.testing.assert_close(compiled(inputs, inputs[0, 0]), tied_weights(inputs, inputs[0, 0]))
"""


def test_compiled_in_one_graph_it_is_the_same(plain_python):
    """Apart from the import hook of the tests, which torch cannot trace."""
    plain_python.run(COMPILED)


def test_the_task_draws_what_it_says():
    task = MixedTask(d=31, share=0.3, staying=0.7, variance=0.5, place_length=3.0)
    inputs, target = task.draw(2003, generator=chance())
    assert inputs.var().item() == pytest.approx(0.5, rel=0.02)
    assert task.direction.norm().item() == pytest.approx(31**0.5)
    assert task.places.norm(dim=-1).tolist() == [3.0, 3.0]
    assert (task.places @ task.direction).eq(0).all()
    semantic = (target - 0.3 * task.fixed) / 0.7
    torch.testing.assert_close(semantic, tied_weights(inputs, task.direction))
    torch.testing.assert_close(target.sum(-1), torch.ones(2003, 2).double())


def test_the_fit_goes_down_to_where_another_solver_finds_no_slope():
    task = MixedTask(d=7, share=0.6)
    inputs, target = task.draw(29, generator=chance())
    start = 0.5 * 7**0.5 * task.places[0]
    fit = fit_tied_head(inputs, target, task.places, start, ridge=0.01)

    def loss(direction):
        direction = torch.from_numpy(direction)
        risks = map_risk(tied_weights(inputs, direction, task.places), target, inputs)
        return risks.mean().item() + 0.01 / 29 * direction.square().sum().item()

    assert fit.loss == pytest.approx(loss(fit.direction.numpy()))
    found = minimize(loss, fit.direction.numpy(), method="BFGS")
    assert found.fun == pytest.approx(fit.loss, abs=1e-7)
    assert (
        fit_tied_head(inputs, target, task.places, start, ridge=0.01, max_steps=0).loss > fit.loss
    )


def test_the_best_fixed_map_is_that_of_least_squares():
    task = MixedTask(d=5, share=0.6)
    inputs, target = task.draw(41, generator=chance())
    read = (target @ inputs).movedim(-1, 1).reshape(-1, 2)
    rows = inputs.movedim(-1, 1).reshape(-1, 2)
    wanted = torch.linalg.lstsq(rows, read).solution.T
    torch.testing.assert_close(fit_fixed_map(inputs, target), wanted)


@pytest.mark.parametrize("place_length", [1.0, 5.0])
def test_the_risk_without_end_is_that_of_many_samples_in_a_large_space(place_length):
    task = MixedTask(d=400, share=0.45, place_length=place_length)
    inputs, target = task.draw(3001, generator=chance())
    direction = 0.6 * task.direction + 0.35 * 20 * task.places[0] / place_length**2
    direction[7] = 0.4 * 20
    risks = map_risk(tied_weights(inputs, direction, task.places), target, inputs)
    error = 4 * risks.std().item() / 3001**0.5
    expected = population_risk(task, 0.6, 0.35, 0.4)
    assert risks.mean().item() == pytest.approx(expected, abs=error + 0.01 * expected)


def test_floors_are_minima_of_one_overlap():
    task = MixedTask(d=3, share=0.6)
    found = floors(task)
    for step in (-0.05, 0.05):
        assert population_risk(task, 0.0, found.positional + step) > found.positional_risk
        assert population_risk(task, found.semantic + step, 0.0) > found.semantic_risk
    assert floors(MixedTask(d=3, share=0.0)).semantic_risk == pytest.approx(0, abs=1e-9)


def test_a_share_of_place_is_what_was_mixed():
    place, said = drawn(1, 3, 11, 11), drawn(2001, 3, 11, 11, seed=1)
    found = positional_share(0.6**0.5 * place + 0.4**0.5 * said)
    size = (place - place.mean(-1, keepdim=True)).square().sum((0, -2, -1)) / 110
    torch.testing.assert_close(found, 0.6 * size / (0.6 * size + 0.4), atol=0.01, rtol=0)
    assert positional_share(place.expand(7, 3, 11, 11)).sub(1).abs().max() < 1e-12
    assert positional_share(drawn(7, 3, 11, 11)).abs().max() < 0.1


def test_a_share_does_not_see_what_softmax_does_not():
    scores = drawn(5, 2, 7, 7)
    shifted = scores + drawn(5, 2, 7, 1, seed=1)
    torch.testing.assert_close(positional_share(shifted), positional_share(scores))
    assert positional_share(torch.zeros(2, 3, 3)).item() == 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32, torch.float64])
def test_a_share_of_equal_scores_is_zero_whatever_rounding_does(dtype):
    for value in (0.1, 1e-3, 1 / 3, 7.7):
        for n_keys in (1, 3, 7, 101):
            equal = torch.full((2, 3, n_keys), value, dtype=dtype)
            rows = equal * torch.tensor([1.0, 3.0, 0.7], dtype=dtype)[:, None]
            assert positional_share(equal).item() == positional_share(rows).item() == 0


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_an_infinite_score_of_half_precision_is_refused(dtype):
    scores = drawn(3, 5, 7).to(dtype)
    scores[1, 2, 3] = math.inf
    with pytest.raises(ValueError, match="scores must be"):
        positional_share(scores)


def test_autocast_changes_no_digit():
    inputs, direction = drawn(3, 5, 7).float(), drawn(7, seed=1).float()
    target = drawn(3, 5, 5, seed=2).float()

    def found():
        weights = tied_weights(inputs, direction)
        return weights, map_risk(weights, target, inputs)

    wanted = found()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        beside = found()
    assert all(torch.equal(one, other) for one, other in zip(beside, wanted, strict=True))


def test_a_risk_in_half_precision_is_summed_wide_and_says_when_it_is_too_large():
    inputs = torch.full((1, 2, 200), 200.0, dtype=torch.float16)
    weights = torch.tensor([[[0.5, 0.5], [0.5, 0.5]]], dtype=torch.float16)
    target = weights + torch.tensor([[0.25, 0.0], [0.0, 0.25]], dtype=torch.float16)
    assert map_risk(weights, target, inputs).item() == pytest.approx(2 * 50**2)
    with pytest.raises(ValueError, match=r"risk overflows torch\.float16"):
        map_risk(weights, 8 * target, inputs)


def fitted(dtype):
    task = MixedTask(d=7, share=0.6)
    inputs, target = (each.to(dtype) for each in task.draw(29, generator=chance()))
    places = task.places.to(dtype)
    return fit_tied_head(inputs, target, places, 0.5 * 7**0.5 * places[0], ridge=0.01)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
def test_a_fit_in_other_precisions_ends_at_the_same_place(dtype):
    wanted, found = fitted(torch.float64), fitted(dtype)
    assert found.direction.dtype == dtype
    torch.testing.assert_close(found.direction.double(), wanted.direction, rtol=0, atol=0.05)
    assert found.loss == pytest.approx(wanted.loss, rel=0.02)


def test_a_fit_runs_in_inference_mode():
    wanted = fitted(torch.float64)
    with torch.inference_mode():
        found = fitted(torch.float64)
    assert torch.equal(found.direction, wanted.direction)
    assert not found.direction.is_inference()


def test_a_fixed_map_beyond_its_dtype_says_so():
    """The map of one sample is the target's rows projected onto it: 7.2e4 here."""
    inputs = torch.tensor([[[1.0], [0.5]]], dtype=torch.float16)
    target = torch.full((1, 2, 2), 6e4, dtype=torch.float16)
    assert fit_fixed_map(inputs, target / 2)[0, 0].item() == pytest.approx(3.6e4, rel=1e-3)
    with pytest.raises(ValueError, match="map overflows"):
        fit_fixed_map(inputs, target)
