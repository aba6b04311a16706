"""Edges of the theory of a learning head: one example, no prior, no time, and mixed precision."""

import math

import pytest
import torch

from attnkit.icl import (
    DirectHeads,
    GradientDescent,
    Heads,
    RegressionTask,
    balance_signs,
    emergence_steps,
    linear_weights,
    measure_patterns,
    risk,
    sample_prompts,
    train,
)
from attnkit.icl.theory import (
    HeadMoments,
    asymptotic_bayes_risk,
    authors_loss,
    best_debiased_preconditioner,
    best_preconditioner,
    corrected_loss,
    debiased_preconditioner_risk,
    gradient_descent_risk,
    gradient_flow,
    head_moments,
    preconditioner_risk,
    shared_preconditioners,
    shared_risk,
    small_scale_risk,
)
from attnkit.icl.training import Recipe, TrainingRun

TASK = RegressionTask(d=3, n_examples=7, noise_variance=0.3)
SIGNS = torch.tensor([1.0, -1.0], dtype=torch.float64)
FLOW = {"gradient": corrected_loss(5, 40, 0.1).gradient, "scales": SIGNS / 10, "gains": SIGNS / 5}


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_one_example_is_best_left_alone():
    """Softmax weights of one example are one: y_q is independent of y_1's mean zero, gains 0."""
    loss = corrected_loss(3, 1, 0.1)
    scales = torch.tensor([0.1, -0.1], dtype=torch.float64)
    assert torch.equal(loss.best_gains(scales), torch.zeros(2).double())
    drawn = head_moments(scales, 3, 1, 0.1, n_draws=50, generator=generator())
    best = drawn.best_gains()
    torch.testing.assert_close(best, torch.zeros(2).double(), atol=1e-12, rtol=0)
    assert drawn.risk(best).mean.item() == pytest.approx(1.1)


def test_heads_of_one_scale_share_the_gain_of_one():
    loss = authors_loss(5, 40, 0.1)
    alone = loss.best_gains(torch.tensor([0.3]).double())
    both = loss.best_gains(torch.tensor([0.3, 0.3]).double())
    torch.testing.assert_close(both, alone.expand(2) / 2)
    same = torch.tensor([0.3, 0.3]).double()
    drawn = head_moments(same, 5, 7, 0.1, n_draws=50, generator=generator())
    torch.testing.assert_close(drawn.best_gains()[0], drawn.best_gains()[1])


@pytest.mark.parametrize("n_heads", [2, 3])
def test_targets_that_ask_for_nothing_cost_their_variance(n_heads):
    nothing = RegressionTask(d=3, n_examples=7, noise_variance=0.3, prior=torch.zeros(3, 3, 3))
    assert shared_risk(nothing, n_heads).tolist() == pytest.approx([0.3] * 3)
    some = torch.stack([torch.zeros(3, 3), torch.eye(3) / 3, torch.eye(3) / 3]).double()
    task = RegressionTask(d=3, n_examples=7, noise_variance=0.3, prior=some)
    alone = RegressionTask(d=3, n_examples=7, noise_variance=0.3)
    wanted = debiased_preconditioner_risk(alone, best_debiased_preconditioner(alone)).item()
    assert shared_risk(task, n_heads).tolist() == pytest.approx([0.3, wanted, wanted])


def test_a_singular_covariance_has_its_optimum_in_its_own_directions():
    """Inputs on a line: there it is the task of dimension one."""
    covariance = torch.diag(torch.tensor([2.0, 0.0])).double()
    prior = torch.diag(torch.tensor([0.5, 0.7])).double()
    flat = RegressionTask(2, 7, 0.3, covariance=covariance, prior=prior)
    line = RegressionTask(1, 7, 0.3, covariance=2 * torch.eye(1), prior=torch.eye(1) / 2)
    for best, formula in (
        (best_preconditioner, preconditioner_risk),
        (best_debiased_preconditioner, debiased_preconditioner_risk),
    ):
        wanted = formula(line, best(line)).item()
        assert formula(flat, best(flat)).item() == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ([0.0, math.nan, 2.0], "times must be in"),
        ([0.0, 2.0, 1.0], "times must rise"),
        ([0.0, 1.0, 1.0], "times must rise"),
        ([], "times must rise and hold at least one"),
        ([-1.0, 1.0], "times must be in"),
        ([0.0, 1e30], r"times must be in \[0, 1e\+06\]"),
    ],
)
def test_times_that_are_no_times_are_refused(times, words):
    with pytest.raises(ValueError, match=words):
        gradient_flow(**FLOW, times=torch.tensor(times))


def test_the_flow_at_time_zero_is_its_start():
    scales, gains = gradient_flow(**FLOW, times=torch.tensor([0.0]))
    assert torch.equal(scales, SIGNS[None] / 10)
    assert torch.equal(gains, SIGNS[None] / 5)
    first, _ = gradient_flow(**FLOW, times=torch.tensor([0.0, 1.0]))
    torch.testing.assert_close(first[0], scales[0])


def test_the_flow_to_the_longest_time_comes_back():
    scales, _ = gradient_flow(**FLOW, times=torch.tensor([1e6]))
    assert scales.shape == (1, 2)
    assert scales.isfinite().all()


@pytest.mark.parametrize(
    ("gradient", "error", "words"),
    [
        (lambda s, g: s, ValueError, "gradient must return two tensors of shape"),
        (lambda s, g: (s[:1], g), ValueError, "gradient must return two tensors of shape"),
        (lambda s, g: (-(s**3) * 1e3, -g), ArithmeticError, "could not be followed"),
    ],
)
def test_a_gradient_that_leads_nowhere_is_told_of(gradient, error, words):
    with pytest.raises(error, match=words):
        gradient_flow(gradient, SIGNS, SIGNS, times=torch.tensor([1.0, 100.0]))


@pytest.mark.parametrize("noise", [1e-9, 0.3, 1e9])
@pytest.mark.parametrize("ratio", [1e-9, 0.5, 1.0, 2.0, 1e9])
def test_bayes_at_the_edges_solves_its_equation(ratio, noise):
    """With r = 1/(g v) its equation 1/v = g s + g/(1 + v) reads r = s + g r / (1 + g r)."""
    value = asymptotic_bayes_risk(ratio, noise)
    right = noise + ratio * value / (1 + ratio * value)
    assert value == pytest.approx(right, rel=1e-9)
    tensor = asymptotic_bayes_risk(torch.tensor([ratio]).double(), noise)
    assert tensor.item() == pytest.approx(value)


def test_shapes_that_do_not_broadcast_are_named():
    three, two = torch.full((3,), 5.0), torch.full((2,), 40.0)
    with pytest.raises(ValueError, match="n_examples must have shape"):
        gradient_descent_risk(three, two, 0.1)
    with pytest.raises(ValueError, match="gains must have shape"):
        small_scale_risk(SIGNS, torch.ones(3).double(), 5, 40, 0.1)
    with pytest.raises(ValueError, match="gains must have shape"):
        drawn_moments().risk(torch.ones(3).double())


def test_one_draw_has_no_standard_error():
    with pytest.raises(ValueError, match="hit must hold at least two draws"):
        HeadMoments(torch.zeros(1, 2), torch.zeros(1, 2, 2), 0.1)


@pytest.mark.parametrize("maker", [Heads, DirectHeads])
def test_a_seed_is_no_generator(maker):
    with pytest.raises(TypeError, match=r"generator must be a torch\.Generator, such as"):
        maker(TASK, n_heads=2, generator=0)
    with pytest.raises(ValueError, match="n_heads and n_seeds must need at most 1e9 numbers"):
        maker(TASK, n_heads=10_000, n_seeds=1_000_000, generator=generator())


def test_heads_for_another_task_are_refused_before_training():
    heads = Heads(RegressionTask(d=5), n_heads=2, generator=generator())
    with pytest.raises(ValueError, match=r"heads must be made for d = 3 and 1 target"):
        train(TASK, heads, generator=generator())


def test_a_run_without_checkpoints_has_no_emergence():
    with pytest.raises(ValueError, match="at least one checkpoint"):
        emergence_steps(TrainingRun(TASK, Recipe()))


def flat_heads(seed: int = 0) -> Heads:
    return balance_signs(Heads(TASK, n_heads=2, n_seeds=3, generator=generator(seed)))


def drawn_moments():
    return head_moments(SIGNS / 10, 3, 7, 0.3, n_draws=50, generator=generator())


def trained(maker):
    heads = maker(TASK, n_heads=2, generator=generator())
    run = train(TASK, heads, generator=generator(1), recipe=Recipe(steps=3))
    return run.loss, run.circuits.key_query, run.circuits.output_value


PROMPTS = sample_prompts(TASK, 11, generator=generator())
MATRIX = torch.eye(3) + 0.1
UNDER_AUTOCAST = {
    "sample_prompts": lambda: (
        sample_prompts(RegressionTask(3, 7, covariance=MATRIX), 11, generator=generator()).targets
    ),
    "heads": lambda: flat_heads()(PROMPTS),
    "circuits": lambda: flat_heads().circuits(PROMPTS),
    "preconditioner of circuits": lambda: flat_heads().circuits.effective_preconditioner,
    "linear weights": lambda: linear_weights(PROMPTS.inputs),
    "patterns": lambda: measure_patterns(flat_heads().circuits).diagonal_energy,
    "training": lambda: trained(Heads),
    "direct training": lambda: trained(DirectHeads),
    "risk of heads": lambda: tuple(risk(flat_heads(), PROMPTS)),
    "risk": lambda: tuple(risk(GradientDescent(MATRIX), PROMPTS)),
    "best preconditioner": lambda: best_preconditioner(TASK),
    "preconditioner risk": lambda: preconditioner_risk(TASK, MATRIX),
    "shared": lambda: shared_preconditioners(TASK, 2),
    "reduced": lambda: corrected_loss(5, 40, 0.1)(SIGNS.float() / 10, SIGNS.float()),
    "reduced gains": lambda: corrected_loss(5, 40, 0.1).best_gains(SIGNS.float() / 10),
    "flow": lambda: gradient_flow(**FLOW, times=torch.tensor([1.0])),
    "moments": lambda: (drawn_moments().hit, drawn_moments().form),
    "risk of moments": lambda: tuple(drawn_moments().risk(SIGNS)),
    "best gains": lambda: drawn_moments().best_gains(),
    "small scales": lambda: small_scale_risk(SIGNS.float(), SIGNS.float(), 5, 40, 0.1),
}


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", UNDER_AUTOCAST)
def test_autocast_changes_no_digit(name, dtype):
    wanted = UNDER_AUTOCAST[name]()
    with torch.autocast("cpu", dtype=dtype):
        got = UNDER_AUTOCAST[name]()
    wanted, got = (x if isinstance(x, tuple) else (x,) for x in (wanted, got))
    for one, other in zip(got, wanted, strict=True):
        assert one.dtype == other.dtype
        assert torch.equal(one, other)


def test_heads_and_prompts_of_two_precisions_meet_in_the_wider():
    heads, double = flat_heads(), PROMPTS.to(torch.float64)
    wanted = flat_heads().double()(double)
    assert heads(double).dtype == torch.float64
    torch.testing.assert_close(heads(double), wanted, rtol=1e-6, atol=1e-7)
    half = heads(PROMPTS.to(torch.bfloat16))
    assert half.dtype == torch.bfloat16
    rounded = PROMPTS.to(torch.bfloat16).to(torch.float32)
    assert torch.equal(half, heads(rounded).bfloat16())
