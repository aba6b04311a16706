"""Heads: the paper's formula token by token, circuits, initialisation, length normalisers."""

from functools import partial

import pytest
import torch

from attnkit.icl import (
    Circuits,
    DebiasedGradientDescent,
    GradientDescent,
    Heads,
    RegressionTask,
    balance_signs,
    linear_weights,
    sample_prompts,
    softmax_weights,
)

TWO_PRIORS = torch.eye(3).expand(2, 3, 3) / 3
TASK = RegressionTask(d=3, n_examples=7, prior=TWO_PRIORS)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def naive_prediction(heads: Heads, prompts, seed: int) -> torch.Tensor:
    """Read off the paper: sum_h O_h V_h Z weigh(Z' K_h' Q_h z_q / sqrt(D)), prompt by prompt."""
    answers = []
    for inputs, targets, query in zip(
        prompts.inputs, prompts.targets, prompts.queries, strict=True
    ):
        tokens = torch.cat([inputs, targets], -1)
        answer = 0
        for h in range(heads.keys.shape[1]):
            q = heads.queries[seed, h] @ query  # the label slots of the query hold 0
            scores = torch.stack([(heads.keys[seed, h] @ z) @ q / len(z) ** 0.5 for z in tokens])
            context = heads.weigh(scores) @ tokens
            answer = answer + heads.outputs[seed, h] @ heads.values[seed, h] @ context
        answers.append(answer)
    return torch.stack(answers)


@pytest.mark.parametrize("weigh", [softmax_weights, linear_weights])
def test_folded_product_is_the_papers_formula(weigh):
    heads = Heads(TASK, n_heads=4, n_seeds=2, generator=generator(), weigh=weigh).double()
    prompts = sample_prompts(TASK, 11, generator=generator(1), dtype=torch.float64)
    wanted = torch.stack([naive_prediction(heads, prompts, seed) for seed in range(2)])
    torch.testing.assert_close(heads(prompts), wanted)


def test_folded_gradients_are_those_of_the_formula():
    heads = Heads(TASK, n_heads=2, n_seeds=1, generator=generator()).double()
    prompts = sample_prompts(TASK, 5, generator=generator(1), dtype=torch.float64)
    parameters = list(heads.parameters())
    folded = torch.autograd.grad(heads(prompts)[0].square().sum(), parameters)
    naive = torch.autograd.grad(naive_prediction(heads, prompts, 0).square().sum(), parameters)
    for one, other in zip(folded, naive, strict=True):
        torch.testing.assert_close(one, other)


def test_one_seed_of_the_circuits_predicts_alone():
    heads = Heads(TASK, n_heads=2, n_seeds=3, generator=generator())
    prompts = sample_prompts(TASK, 5, generator=generator(1))
    together = heads.circuits(prompts)
    assert together.shape == (3, 5, 2)
    torch.testing.assert_close(heads.circuits[1](prompts), together[1])
    assert heads.circuits[1](prompts).shape == (5, 2)


def ideal_circuits(scale: float, rate: float, d: int = 5) -> Circuits:
    """The paper's pattern: KQ = +-scale I, OV = +-gain on the label entry."""
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64)
    key_query = torch.zeros(2, d + 1, d, dtype=torch.float64)
    key_query[:, :d] = scale * signs[:, None, None] * torch.eye(d, dtype=torch.float64)
    output_value = torch.zeros(2, 1, d + 1, dtype=torch.float64)
    output_value[:, 0, d] = signs * rate / (2 * scale)
    return Circuits(key_query, output_value)


def test_a_small_symmetric_pair_is_debiased_gradient_descent():
    prompts = sample_prompts(RegressionTask(), 11, generator=generator(), dtype=torch.float64)
    wanted = DebiasedGradientDescent(0.88)(prompts)
    torch.testing.assert_close(ideal_circuits(1e-4, 0.88)(prompts), wanted, rtol=1e-5, atol=1e-6)
    far_off = (ideal_circuits(0.5, 0.88)(prompts) - wanted).abs().max()
    assert far_off > 0.05


def test_effective_preconditioner_of_the_pattern():
    circuits = ideal_circuits(0.1, 0.88)
    wanted = 0.88 * torch.eye(5, dtype=torch.float64)[None]
    torch.testing.assert_close(circuits.effective_preconditioner, wanted)
    torch.testing.assert_close(circuits.scales, torch.tensor([0.1, -0.1], dtype=torch.float64))
    torch.testing.assert_close(circuits.gains, torch.tensor([4.4, -4.4], dtype=torch.float64))


def test_linear_heads_are_gradient_descent_and_the_normaliser_decides_about_length():
    circuits = ideal_circuits(1.0, 0.9)[:1]  # one head of gain 0.45
    short = sample_prompts(
        RegressionTask(n_examples=10), 11, generator=generator(), dtype=torch.float64
    )
    own = Circuits(circuits.key_query, circuits.output_value, linear_weights)
    torch.testing.assert_close(own(short), GradientDescent(0.45)(short))
    kept = Circuits(
        circuits.key_query, circuits.output_value, partial(linear_weights, normaliser=40)
    )
    torch.testing.assert_close(kept(short), GradientDescent(0.45 * 10 / 40)(short))


def test_default_initialisation_is_that_of_linear_layers():
    heads = Heads(RegressionTask(), n_heads=4, n_seeds=50, generator=generator())
    for factor, fan_in in ((heads.queries, 6), (heads.keys, 6), (heads.outputs, 24)):
        assert factor.abs().max() <= fan_in**-0.5
        torch.testing.assert_close(
            factor.std(), torch.tensor((3 * fan_in) ** -0.5), rtol=0.05, atol=0
        )


@pytest.mark.parametrize("n_heads", [1, 2, 5])
def test_balanced_signs_alternate_and_nothing_else_changes(n_heads):
    heads = Heads(TASK, n_heads=n_heads, n_seeds=13, generator=generator())
    sizes = [parameter.detach().abs().clone() for parameter in heads.parameters()]
    assert balance_signs(heads) is heads
    signs = torch.tensor([1.0, -1.0] * 3)[:n_heads]
    circuits = heads.circuits
    gains = circuits.output_value[..., 3:].diagonal(dim1=-2, dim2=-1).sum(-1)
    assert (circuits.scales * signs > 0).all()
    assert (gains * signs > 0).all()
    for parameter, size in zip(heads.parameters(), sizes, strict=True):
        assert torch.equal(parameter.detach().abs(), size)


def test_prompts_of_another_width_are_refused():
    heads = Heads(RegressionTask(d=5), n_heads=2, generator=generator())
    other = sample_prompts(RegressionTask(d=3), 2, generator=generator())
    with pytest.raises(ValueError, match=r"dimension 5 and 1 target\(s\), got \(3, 1\)"):
        heads(other)


def test_no_heads_and_no_seeds_are_refused():
    with pytest.raises(ValueError, match=r"n_heads must be in \[1, 10000\], got 0"):
        Heads(TASK, n_heads=0, generator=generator())
    with pytest.raises(ValueError, match=r"n_seeds must be in \[1, 1000000\], got 0"):
        Heads(TASK, n_heads=1, n_seeds=0, generator=generator())
