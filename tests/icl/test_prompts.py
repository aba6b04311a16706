"""Prompts: their law, their shapes, what is refused."""

import pytest
import torch

from attnkit.icl import Prompts, RegressionTask, prompts_from_rows, sample_prompts
from attnkit.icl.counts import require_count


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def anisotropic_task() -> RegressionTask:
    covariance = 0.5 ** (torch.arange(3)[:, None] - torch.arange(3)).abs().double()
    prior = torch.stack([torch.diag(torch.tensor([1.0, 0.5, 0.0])), torch.eye(3) / 3]).double()
    return RegressionTask(d=3, n_examples=7, noise_variance=0.3, covariance=covariance, prior=prior)


def test_shapes_of_one_and_of_several_targets():
    single = sample_prompts(RegressionTask(d=5, n_examples=7), 11, generator=generator())
    assert single.inputs.shape == (11, 7, 5)
    assert single.targets.shape == (11, 7, 1)
    double = sample_prompts(anisotropic_task(), 11, generator=generator())
    assert double.targets.shape == (11, 7, 2)
    assert double.query_targets.shape == (11, 2)


def test_moments_of_the_prompts_match_their_law():
    task = anisotropic_task()
    prompts = sample_prompts(task, 60_000, generator=generator(1), dtype=torch.float64)
    rows = prompts.queries
    measured = rows.mT @ rows / len(rows)
    torch.testing.assert_close(measured, task.input_covariance, atol=0.02, rtol=0)
    signal = torch.einsum("ij,tji->t", task.input_covariance, task.priors)
    variance = prompts.query_targets.square().mean(0)
    torch.testing.assert_close(variance, signal + 0.3, atol=0, rtol=0.03)
    # E[y_l y_q x_l x_q'] = C B C for each target
    product = prompts.targets[:, 0] * prompts.query_targets
    crossed = torch.einsum("nt,ni,nj->tij", product, prompts.inputs[:, 0], rows) / len(rows)
    wanted = task.input_covariance @ task.priors @ task.input_covariance
    torch.testing.assert_close(crossed, wanted, atol=0.06, rtol=0)


def test_a_generator_state_fixes_the_prompts():
    first = sample_prompts(RegressionTask(), 3, generator=generator(5))
    again = sample_prompts(RegressionTask(), 3, generator=generator(5))
    other = sample_prompts(RegressionTask(), 3, generator=generator(6))
    assert torch.equal(first.targets, again.targets)
    assert not torch.equal(first.targets, other.targets)


def test_mirroring_twice_gives_the_prompts_back():
    prompts = sample_prompts(RegressionTask(), 3, generator=generator())
    mirrored = prompts.mirrored()
    assert torch.equal(mirrored.queries, -prompts.queries)
    assert torch.equal(mirrored.inputs, prompts.inputs)
    assert torch.equal(mirrored.mirrored().query_targets, prompts.query_targets)


def test_split_gives_every_prompt_once():
    prompts = sample_prompts(RegressionTask(), 11, generator=generator())
    pieces = list(prompts.split(4))
    assert [len(piece.queries) for piece in pieces] == [4, 4, 3]
    assert torch.equal(torch.cat([piece.inputs for piece in pieces]), prompts.inputs)


def test_rows_of_a_data_set_are_not_repeated_within_a_prompt():
    features = torch.arange(13.0)[:, None].repeat(1, 2)
    prompts = prompts_from_rows(
        features, features[:, 0], n_prompts=17, n_examples=12, generator=generator()
    )
    used = torch.cat([prompts.inputs[..., 0], prompts.queries[:, :1]], -1)
    assert torch.equal(used.sort(-1).values, torch.arange(13.0).expand(17, 13))
    assert torch.equal(prompts.targets[..., 0], prompts.inputs[..., 0])
    assert used.unique(dim=0).shape[0] > 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_examples": 0}, "n_examples must be at least 1, got 0"),
        ({"d": 0}, "d must be at least 1"),
        ({"noise_variance": 0.0}, "noise_variance"),
        ({"noise_variance": -0.1}, "noise_variance"),
        ({"noise_variance": float("nan")}, "noise_variance"),
        ({"covariance": torch.eye(4)}, "covariance must have trailing shape"),
        ({"prior": torch.eye(6)}, "prior must have trailing shape"),
        ({"prior": torch.full((5, 5), torch.nan)}, "prior must hold finite"),
    ],
)
def test_a_bad_task_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        RegressionTask(**arguments)


def test_counts_must_be_integers():
    for wrong in (2.5, True, "3"):
        with pytest.raises(TypeError, match="n_prompts must be an integer"):
            require_count("n_prompts", wrong)


@pytest.mark.parametrize("matrix", [-torch.eye(5), torch.ones(5, 5).triu()])
def test_a_covariance_that_is_none_is_refused(matrix):
    with pytest.raises(ValueError, match="positive semi-definite"):
        sample_prompts(RegressionTask(covariance=matrix), 2, generator=generator())


def test_a_prompt_without_examples_is_refused():
    with pytest.raises(ValueError, match="at least one example"):
        Prompts(torch.zeros(2, 0, 3), torch.zeros(2, 0, 1), torch.zeros(2, 3), torch.zeros(2, 1))


def test_more_examples_than_rows_are_refused():
    with pytest.raises(ValueError, match="below the 4 rows"):
        prompts_from_rows(
            torch.zeros(4, 2), torch.zeros(4), n_prompts=1, n_examples=4, generator=generator()
        )
