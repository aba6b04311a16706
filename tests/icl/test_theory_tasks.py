"""Preconditioners for any covariance and prior, and heads against tasks."""

from itertools import pairwise

import pytest
import torch
from scipy.optimize import minimize

from attnkit.icl import (
    DebiasedGradientDescent,
    GradientDescent,
    RegressionTask,
    risk,
    sample_prompts,
)
from attnkit.icl.theory import (
    best_debiased_preconditioner,
    best_preconditioner,
    debiased_gradient_descent_rate,
    debiased_gradient_descent_risk,
    debiased_preconditioner_risk,
    gradient_descent_rate,
    gradient_descent_risk,
    preconditioner_risk,
    shared_preconditioners,
    shared_risk,
    sufficient_heads,
)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def autoregressive(d: int, rho: float = 0.5) -> torch.Tensor:
    places = torch.arange(d)
    return rho ** (places[:, None] - places).abs().double()


def random_task(n_targets: int, d: int = 3, seed: int = 0) -> RegressionTask:
    roots = torch.randn(n_targets, d, d, generator=generator(seed), dtype=torch.float64)
    return RegressionTask(
        d=d,
        n_examples=7,
        noise_variance=0.3,
        covariance=autoregressive(d),
        prior=roots @ roots.mT / d**2,
    )


@pytest.mark.parametrize("which", ["best", "other"])
def test_preconditioned_risks_match_simulation(which):
    task = random_task(2)
    prompts = sample_prompts(task, 40_000, generator=generator(1), dtype=torch.float64)
    for predictor, best, formula in (
        (DebiasedGradientDescent, best_debiased_preconditioner, debiased_preconditioner_risk),
        (GradientDescent, best_preconditioner, preconditioner_risk),
    ):
        matrix = best(task)
        if which == "other":  # not symmetric, so a transposed factor would show
            matrix = matrix + 0.2 * torch.randn(2, 3, 3, generator=generator(2)).double()
        measured = risk(predictor(matrix), prompts)
        assert abs(measured.mean - formula(task, matrix).mean()) < 3 * measured.standard_error


@pytest.mark.claim("anisotropic-optimum")
def test_the_best_preconditioners_are_stationary():
    task = random_task(2)
    for best, formula in (
        (best_debiased_preconditioner, debiased_preconditioner_risk),
        (best_preconditioner, preconditioner_risk),
    ):
        matrix = best(task).requires_grad_()
        (slope,) = torch.autograd.grad(formula(task, matrix).sum(), matrix)
        torch.testing.assert_close(slope, torch.zeros_like(slope), atol=1e-12, rtol=0)


def test_isotropic_case_is_a_rate():
    task = RegressionTask(d=5, n_examples=7, noise_variance=0.3)
    eye = torch.eye(5, dtype=torch.float64)
    setting = (5, 7, 0.3)
    for best, rate, formula, closed in (
        (
            best_debiased_preconditioner,
            debiased_gradient_descent_rate,
            debiased_preconditioner_risk,
            debiased_gradient_descent_risk,
        ),
        (best_preconditioner, gradient_descent_rate, preconditioner_risk, gradient_descent_risk),
    ):
        torch.testing.assert_close(best(task)[0], rate(*setting) * eye)
        assert formula(task, best(task)).item() == pytest.approx(closed(*setting))


def test_identity_prior_gives_the_shrunk_inverse_covariance():
    task = RegressionTask(d=3, n_examples=7, noise_variance=0.3, covariance=autoregressive(3))
    eye = torch.eye(3, dtype=torch.float64)
    wanted = torch.linalg.inv(autoregressive(3) + (3 + 0.3 * 3) / 7 * eye)
    torch.testing.assert_close(best_debiased_preconditioner(task)[0], wanted)


@pytest.mark.claim("heads-against-tasks")
@pytest.mark.parametrize("n_targets", [2, 3])
def test_one_head_more_than_targets_suffices_and_fewer_cost(n_targets):
    task = random_task(n_targets, seed=n_targets)
    best = debiased_preconditioner_risk(task, best_debiased_preconditioner(task)).mean()
    risks = [shared_risk(task, n_heads).mean() for n_heads in range(2, n_targets + 3)]
    enough = sufficient_heads(n_targets) - 2
    torch.testing.assert_close(risks[enough], best)
    torch.testing.assert_close(risks[-1], best)
    for fewer, more in pairwise(risks[: enough + 1]):
        assert fewer > more + 1e-6


def test_shared_matrices_have_the_rank_that_zero_sum_allows():
    task = random_task(4)
    for n_heads in (2, 3, 4):
        stacked = shared_preconditioners(task, n_heads).flatten(1)
        assert torch.linalg.matrix_rank(stacked, rtol=1e-9) == n_heads - 1


def test_shared_matrices_cannot_be_improved_by_small_changes():
    """A stationary point: moving the shares or the shared matrix raises the mean risk."""
    task = random_task(2)
    matrices = shared_preconditioners(task, 2)
    least = debiased_preconditioner_risk(task, matrices).mean()
    shares = matrices.flatten(1).norm(dim=1)
    shared = matrices[0] / shares[0]
    signs = torch.sign((matrices * shared).sum((-1, -2)))
    for seed in range(20):
        source = generator(seed)
        moved = shared + 1e-2 * torch.randn(3, 3, generator=source, dtype=torch.float64)
        weights = signs * shares + 1e-2 * torch.randn(2, generator=source, dtype=torch.float64)
        tried = weights[:, None, None] * moved
        assert debiased_preconditioner_risk(task, tried).mean() > least


def test_the_two_task_setting_of_the_paper():
    """Two tasks on overlapping coordinates: the price of two heads, and of three none."""
    first, second = torch.zeros(6, 6), torch.zeros(6, 6)
    first[range(4), range(4)] = 0.25
    second[range(2, 6), range(2, 6)] = 0.25
    task = RegressionTask(
        d=6, n_examples=48, noise_variance=0.1, prior=torch.stack([first, second]).double()
    )
    assert shared_risk(task, 2).mean().item() == pytest.approx(0.236, abs=0.003)
    assert shared_risk(task, 3).mean().item() == pytest.approx(0.203, abs=0.001)


def test_no_target_is_left_out_where_serving_all_is_better():
    """Disjoint supports: one matrix for both, not the first target's alone."""
    first, second = torch.zeros(8), torch.zeros(8)
    first[:4], second[4:] = 0.25, 0.25
    prior = torch.stack([first.diag(), second.diag()]).double()
    task = RegressionTask(d=8, n_examples=64, noise_variance=0.1, prior=prior)
    identity = debiased_preconditioner_risk(task, 0.9 * torch.eye(8, dtype=torch.float64))
    assert shared_risk(task, 2).mean() < identity.mean() < 0.3
    assert shared_risk(task, 2).max() < 0.3


def best_of_many_descents(task, n_heads, starts):
    """Least mean risk over shares and shared matrices, by quasi-Newton steps from random places."""
    d, n_shared, found = task.d, n_heads - 1, []
    for seed in range(starts):
        drawn = torch.randn(n_shared * (task.n_targets + d * d), generator=generator(seed)).double()

        def value(place):
            place = torch.from_numpy(place).requires_grad_()
            shares = place[: task.n_targets * n_shared].reshape(task.n_targets, n_shared)
            shared = place[task.n_targets * n_shared :].reshape(n_shared, d, d)
            matrices = torch.einsum("tk,kij->tij", shares, shared)
            risk = debiased_preconditioner_risk(task, matrices).mean()
            return risk.item(), torch.autograd.grad(risk, place)[0].numpy()

        found.append(minimize(value, drawn.numpy(), jac=True, method="L-BFGS-B").fun)
    return min(found)


def test_the_best_of_several_starts_is_kept():
    """Here the first start ends at 0.602: two shared matrices can serve five targets better."""
    roots = torch.randn(5, 4, 1, generator=generator(1), dtype=torch.float64)
    task = RegressionTask(d=4, n_examples=50, noise_variance=0.1, prior=roots @ roots.mT)
    reached = shared_risk(task, 3).mean().item()
    assert reached == pytest.approx(0.5456, abs=1e-3)
    assert reached < best_of_many_descents(task, 3, starts=12) + 1e-3


def test_a_single_head_is_refused():
    with pytest.raises(ValueError, match=r"n_heads must be in \[2, 1000000\], got 1"):
        shared_preconditioners(random_task(2), 1)
