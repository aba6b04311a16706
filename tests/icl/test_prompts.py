"""Prompts: their law, their shapes, what is refused."""

import pytest
import torch

from attnkit.icl import Prompts, RegressionTask, prompts_from_rows, sample_prompts


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


NAN = float("nan")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_examples": 0}, r"n_examples must be in \[1, 10000000\], got 0"),
        ({"d": 0}, "d must be in"),
        ({"d": 10**9}, "d must be in"),
        ({"noise_variance": 0.0}, "noise_variance"),
        ({"noise_variance": -0.1}, "noise_variance"),
        ({"noise_variance": NAN}, "noise_variance"),
        ({"covariance": torch.eye(4)}, "covariance must have shape .*d = 5|covariance must have"),
        ({"prior": torch.eye(6)}, "prior must have trailing shape"),
        ({"prior": torch.full((5, 5), NAN)}, "prior must be in"),
        ({"prior": torch.zeros(0, 5, 5)}, "prior must not be empty"),
        ({"covariance": -torch.eye(5)}, "covariance must be positive semi-definite"),
        ({"covariance": torch.ones(5, 5).triu()}, "covariance must be symmetric"),
        ({"prior": -torch.eye(5).double()}, "prior must be positive semi-definite"),
        ({"prior": torch.stack([torch.eye(5), -torch.eye(5)])}, "prior must be positive"),
        ({"prior": torch.stack([torch.eye(5), torch.ones(5, 5).tril()])}, "prior must be symm"),
    ],
)
def test_a_bad_task_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        RegressionTask(**arguments)


def test_counts_must_be_integers():
    for wrong in (2.5, True, "3", None):
        with pytest.raises(TypeError, match="n_prompts must be an integer"):
            sample_prompts(RegressionTask(), wrong, generator=generator())


def test_a_singular_prior_in_single_precision_is_a_covariance():
    roots = torch.randn(5, 2, generator=generator())
    task = RegressionTask(prior=roots @ roots.mT, covariance=roots @ roots.mT)
    assert sample_prompts(task, 3, generator=generator()).inputs.isfinite().all()


FIELDS = {
    "inputs": torch.zeros(2, 7, 3),
    "targets": torch.zeros(2, 7, 1),
    "queries": torch.zeros(2, 3),
    "query_targets": torch.zeros(2, 1),
}


@pytest.mark.parametrize(
    ("name", "field", "error"),
    [
        ("inputs", torch.zeros(2, 0, 3), ValueError),
        ("inputs", torch.zeros(7, 3), ValueError),
        ("targets", torch.zeros(2, 7), ValueError),
        ("targets", torch.zeros(2, 6, 1), ValueError),
        ("targets", torch.zeros(2, 7, 1).double(), TypeError),
        ("queries", torch.zeros(2, 4), ValueError),
        ("queries", torch.zeros(3, 3), ValueError),
        ("queries", torch.full((2, 3), NAN), ValueError),
        ("query_targets", torch.zeros(1, 1), ValueError),
        ("query_targets", torch.zeros(2), ValueError),
        ("query_targets", torch.zeros(2, 2), ValueError),
        ("query_targets", torch.zeros(2, 1, dtype=torch.int64), TypeError),
        ("query_targets", [[0.0], [0.0]], TypeError),
    ],
)
def test_prompts_of_shapes_that_do_not_belong_together_are_refused(name, field, error):
    words = {"inputs": "inputs|targets"}.get(name, name)
    with pytest.raises(error, match=f"({words}) must"):
        Prompts(**(FIELDS | {name: field}))


def test_a_prompt_without_examples_is_refused():
    with pytest.raises(ValueError, match="at least one example"):
        Prompts(torch.zeros(2, 0, 3), torch.zeros(2, 0, 1), torch.zeros(2, 3), torch.zeros(2, 1))


ROWS = torch.randn(9, 3, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"n_examples": 9}, ValueError, "below the 9 rows"),
        ({"features": ROWS.where(ROWS < 0, NAN)}, ValueError, "features must be in"),
        ({"target": torch.zeros(20)}, ValueError, "target must have shape .* rows = 9"),
        ({"target": torch.zeros(9, 1)}, ValueError, "target must have shape"),
        ({"target": torch.full((9,), NAN)}, ValueError, "target must be in"),
        ({"target": torch.zeros(9).double()}, TypeError, "target must be torch.float32"),
        ({"target": torch.zeros(9).long()}, TypeError, "target must have a floating"),
        ({"features": ROWS.long()}, TypeError, "features must have a floating"),
        ({"features": ROWS.numpy()}, TypeError, r"features .* torch.as_tensor\(features\)"),
        ({"features": ROWS[:, :0]}, ValueError, "features must have at least one column"),
        ({"generator": None}, TypeError, "generator must be a torch.Generator"),
        ({"generator": 0}, TypeError, "generator must be a torch.Generator"),
        ({"n_prompts": 2.5}, TypeError, "n_prompts must be an integer"),
        ({"n_prompts": 10**12}, ValueError, "n_prompts must be in"),
        ({"n_prompts": 10**8}, ValueError, "n_prompts must need at most 1e9 numbers"),
    ],
)
def test_rows_that_make_no_prompts_are_refused(change, error, message):
    right = {"features": ROWS, "target": ROWS[:, 0], "n_prompts": 2, "n_examples": 3}
    with pytest.raises(error, match=message):
        prompts_from_rows(**(right | {"generator": generator()} | change))


def test_half_precision_prompts_are_those_of_single_precision_rounded():
    single = sample_prompts(anisotropic_task(), 3, generator=generator())
    half = sample_prompts(anisotropic_task(), 3, generator=generator(), dtype=torch.bfloat16)
    assert torch.equal(half.targets, single.targets.bfloat16())
    with pytest.raises(TypeError, match="dtype must be floating point"):
        sample_prompts(RegressionTask(), 3, generator=generator(), dtype=torch.int64)


def test_a_covariance_computed_in_float32_may_be_cast():
    rows = torch.randn(997, 7, generator=torch.Generator().manual_seed(0))
    covariance = (rows.mT @ rows / len(rows)).double()
    covariance[0, 1] += 3e-7
    assert RegressionTask(d=7, n_examples=5, covariance=covariance).covariance is not None
    covariance[0, 1] += 1e-3
    with pytest.raises(ValueError, match="covariance must be symmetric"):
        RegressionTask(d=7, n_examples=5, covariance=covariance)


def test_prompts_beyond_their_dtype_say_so():
    task = RegressionTask(d=2, n_examples=3, noise_variance=1e9)
    with pytest.raises(ValueError, match=r"targets overflows torch\.float16"):
        sample_prompts(task, 101, generator=generator(), dtype=torch.float16)
    wide = sample_prompts(task, 101, generator=generator())
    with pytest.raises(ValueError, match="overflows"):
        wide.to(torch.float16)
    assert torch.equal(wide.to(torch.float64).targets, wide.targets.double())
