"""Predictors: laws they obey, agreement with slow references, and the one call they share."""

import pytest
import torch

from attnkit.icl import (
    BayesRidge,
    Circuits,
    DebiasedGradientDescent,
    GradientDescent,
    KernelSmoother,
    LeastSquares,
    Prompts,
    RegressionTask,
    excess_risk,
    linear_weights,
    risk,
    sample_prompts,
)

TWO_PRIORS = torch.stack([torch.diag(torch.tensor([1.0, 0.5, 0.0])), torch.eye(3) / 3]).double()
TASK = RegressionTask(d=3, n_examples=7, noise_variance=0.3, prior=TWO_PRIORS)
PREDICTORS = [
    GradientDescent(0.7),
    DebiasedGradientDescent(0.7),
    BayesRidge(0.3, TWO_PRIORS),
    LeastSquares(),
    KernelSmoother(0.4, 2.0),
]


@pytest.fixture(scope="module")
def prompts() -> Prompts:
    return sample_prompts(TASK, 11, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


@pytest.mark.parametrize("predictor", PREDICTORS, ids=lambda p: type(p).__name__)
class TestEveryPredictor:
    def test_shape_and_dtype(self, predictor, prompts):
        assert predictor(prompts).shape == (11, 2)
        assert predictor(prompts).dtype == torch.float64

    def test_order_of_the_examples_does_not_matter(self, predictor, prompts):
        order = torch.randperm(7, generator=torch.Generator().manual_seed(0))
        shuffled = Prompts(
            prompts.inputs[:, order],
            prompts.targets[:, order],
            prompts.queries,
            prompts.query_targets,
        )
        torch.testing.assert_close(predictor(shuffled), predictor(prompts))

    def test_linear_in_the_labels(self, predictor, prompts):
        doubled = Prompts(
            prompts.inputs, 2 * prompts.targets, prompts.queries, prompts.query_targets
        )
        torch.testing.assert_close(predictor(doubled), 2 * predictor(prompts))

    def test_prompts_do_not_see_each_other(self, predictor, prompts):
        alone = next(prompts.split(1))
        torch.testing.assert_close(predictor(alone), predictor(prompts)[:1])


def test_gradient_descent_is_one_step_of_least_squares(prompts):
    weights = torch.zeros(11, 3, 2, dtype=torch.float64, requires_grad=True)
    residual = prompts.targets - prompts.inputs @ weights
    loss = residual.square().sum() / (2 * 7)
    (gradient,) = torch.autograd.grad(loss, weights)
    wanted = torch.einsum("nit,ni->nt", -0.7 * gradient, prompts.queries)
    torch.testing.assert_close(GradientDescent(0.7)(prompts), wanted)


def test_one_preconditioner_per_target(prompts):
    matrices = torch.randn(2, 3, 3, generator=torch.Generator().manual_seed(1)).double()
    both = DebiasedGradientDescent(matrices)(prompts)
    for t in range(2):
        alone = DebiasedGradientDescent(matrices[t])(prompts)[:, t]
        torch.testing.assert_close(both[:, t], alone)


def test_debiased_descent_ignores_a_common_shift_of_the_inputs(prompts):
    shifted = Prompts(prompts.inputs + 5.0, prompts.targets, prompts.queries, prompts.query_targets)
    torch.testing.assert_close(
        DebiasedGradientDescent(0.7)(shifted), DebiasedGradientDescent(0.7)(prompts)
    )
    assert not torch.allclose(GradientDescent(0.7)(shifted), GradientDescent(0.7)(prompts))


def test_bayes_ridge_is_the_conditional_mean(prompts):
    """Condition the joint Gaussian of (y_1, ..., y_L, f(x_q)) entry by entry."""
    predicted = BayesRidge(0.3, TWO_PRIORS)(prompts)
    for t, prior in enumerate(TWO_PRIORS):
        for n in range(3):
            inputs, query = prompts.inputs[n], prompts.queries[n]
            joint = inputs @ prior @ inputs.mT + 0.3 * torch.eye(7, dtype=torch.float64)
            wanted = query @ prior @ inputs.mT @ torch.linalg.inv(joint) @ prompts.targets[n, :, t]
            torch.testing.assert_close(predicted[n, t], wanted)


def test_bayes_ridge_beats_every_other_predictor():
    prompts = sample_prompts(TASK, 4000, generator=torch.Generator().manual_seed(8))
    for other in (*PREDICTORS[:2], *PREDICTORS[3:], BayesRidge(0.6, TWO_PRIORS)):
        gap = excess_risk(other, BayesRidge(0.3, TWO_PRIORS), prompts)
        assert gap.mean > 2 * gap.standard_error


def test_ridge_tends_to_least_squares_as_noise_vanishes(prompts):
    torch.testing.assert_close(BayesRidge(1e-9)(prompts), LeastSquares()(prompts))


def test_smoother_of_no_sharpness_is_the_mean_label(prompts):
    torch.testing.assert_close(KernelSmoother(0.0)(prompts), prompts.targets.mean(-2))


def test_smoother_of_great_sharpness_picks_the_best_scored_example(prompts):
    best = (prompts.inputs @ prompts.queries[:, :, None]).argmax(1)[:, 0]
    wanted = prompts.targets[torch.arange(11), best]
    torch.testing.assert_close(KernelSmoother(1e6)(prompts), wanted)


def test_risk_of_answering_zero_is_the_variance_of_the_label():
    prompts = sample_prompts(RegressionTask(), 20_000, generator=torch.Generator().manual_seed(2))
    estimate = risk(GradientDescent(0.0), prompts)
    assert abs(estimate.mean - 1.1) < 3 * estimate.standard_error
    assert estimate.standard_error < 0.02


def test_paired_differences_are_sharper_than_risks():
    prompts = sample_prompts(RegressionTask(), 5000, generator=torch.Generator().manual_seed(2))
    one, other = DebiasedGradientDescent(0.88), GradientDescent(0.86)
    paired = excess_risk(one, other, prompts)
    apart = risk(one, prompts).mean - risk(other, prompts).mean
    torch.testing.assert_close(paired.mean, apart)
    assert paired.standard_error < 0.3 * risk(one, prompts).standard_error


def test_wrong_widths_and_noise_are_refused(prompts):
    with pytest.raises(ValueError, match="preconditioner must have trailing shape"):
        GradientDescent(torch.eye(4))(prompts)
    with pytest.raises(ValueError, match="prior must have trailing shape"):
        BayesRidge(0.1, torch.eye(4))(prompts)
    with pytest.raises(ValueError, match="noise_variance"):
        BayesRidge(0.0)
    with pytest.raises(ValueError, match="prior must be positive semi-definite"):
        BayesRidge(0.1, -torch.eye(3))
    with pytest.raises(ValueError, match="preconditioner must hold one matrix, or 2 as targets"):
        GradientDescent(torch.eye(3).expand(3, 3, 3))(prompts)
    with pytest.raises(TypeError, match="preconditioner must be a number or"):
        GradientDescent("0.1")
    with pytest.raises(ValueError, match="sharpness must be"):
        KernelSmoother(float("nan"))


WRONG_SHAPES = {
    "no targets": lambda p: p.squeeze(-1),
    "a row": lambda p: p.mT,
    "one number": lambda p: p.mean(),
    "one prompt's": lambda p: p[:1],
    "a target too many": lambda p: p.repeat(1, 2),
    "the target first": lambda p: p[None].transpose(-1, -2),
}


@pytest.mark.parametrize("name", WRONG_SHAPES)
def test_predictions_of_another_shape_are_refused(name):
    sample = sample_prompts(RegressionTask(), 11, generator=torch.Generator().manual_seed(0))
    step, change = GradientDescent(0.8), WRONG_SHAPES[name]

    def wrong(prompts):
        return change(step(prompts))

    with pytest.raises(ValueError, match=r"predictor must return shape \(\*seeds, 11, 1\)"):
        risk(wrong, sample)
    with pytest.raises(ValueError, match="predictor must return shape"):
        excess_risk(wrong, step, sample)
    with pytest.raises(ValueError, match="reference must return shape"):
        excess_risk(step, wrong, sample)


def test_predictions_that_are_no_floating_tensors_are_refused(prompts):
    with pytest.raises(TypeError, match="predictor must return a floating-point tensor, got list"):
        risk(lambda p: p.queries.tolist(), prompts)
    with pytest.raises(TypeError, match=r"floating-point tensor, got torch.int64"):
        risk(lambda p: p.query_targets.long(), prompts)


def test_the_risk_of_several_seeds_is_one_each(prompts):
    rates = torch.tensor([0.1, 0.7]).double()
    both = risk(lambda p: rates[:, None, None] * GradientDescent(1.0)(p), prompts)
    for i, rate in enumerate(rates.tolist()):
        torch.testing.assert_close(both.mean[i], risk(GradientDescent(rate), prompts).mean)


def test_one_prompt_has_no_standard_error(prompts):
    alone = next(prompts.split(1))
    for call in (risk, lambda p, s: excess_risk(p, p, s)):
        with pytest.raises(ValueError, match=r"prompts must be a sample .* of at least two"):
            call(GradientDescent(0.5), alone)


@pytest.mark.parametrize("predictor", PREDICTORS, ids=lambda p: type(p).__name__)
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_autocast_changes_no_digit(predictor, dtype, prompts):
    single = prompts.to(torch.float32)
    wanted, wanted_risk = predictor(single), risk(predictor, single)
    with torch.autocast("cpu", dtype=dtype):
        got, got_risk = predictor(single), risk(predictor, single)
    assert got.dtype == torch.float32
    assert torch.equal(got, wanted)
    assert torch.equal(got_risk.mean, wanted_risk.mean)
    half = predictor(single.to(dtype))
    assert half.dtype == dtype
    torch.testing.assert_close(half, predictor(single.to(dtype).to(torch.float32)).to(dtype))


def test_a_prediction_beyond_half_precision_says_so():
    large = torch.full((1, 3, 2), 200.0, dtype=torch.float16)
    prompts = Prompts(large, large[..., :1], large[:, 0], large[:, 0, :1])
    head = Circuits(torch.eye(3, 2)[None].half(), torch.ones(1, 1, 3).half(), linear_weights)
    for predictor in (GradientDescent(1.0), head):
        with pytest.raises(ValueError, match="prediction overflows"):
            predictor(prompts)
    assert GradientDescent(1e-4)(prompts).isfinite().all()
