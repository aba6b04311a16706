"""The trainer: what it reaches, what it records, how it fails, what it leaves behind."""

import time
from itertools import pairwise

import pytest
import torch

from attnkit.icl import (
    DebiasedGradientDescent,
    DirectHeads,
    Heads,
    Recipe,
    RegressionTask,
    TrainingDiverged,
    balance_signs,
    emergence_steps,
    excess_risk,
    measure_patterns,
    print_progress,
    sample_prompts,
    train,
    training,
)
from attnkit.icl.theory import debiased_gradient_descent_rate

TASK = RegressionTask()


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def small_heads(n_seeds: int = 3, seed: int = 0) -> Heads:
    return balance_signs(Heads(TASK, n_heads=2, n_seeds=n_seeds, generator=generator(seed)))


@pytest.fixture(scope="module")
def emerged_run():
    """Thirty-two seeds in one batch, at the paper's setting, and the CPU seconds they took."""
    source = generator(1)
    heads = balance_signs(Heads(TASK, n_heads=2, n_seeds=32, generator=source))
    start = time.process_time()
    run = train(TASK, heads, generator=source)
    return run, time.process_time() - start


@pytest.mark.xdist_group("emergence")  # one run for all
class TestEmergence:
    def test_nearly_all_seeds_emerge_within_the_run(self, emerged_run):
        run, _ = emerged_run
        steps = emergence_steps(run)
        assert sum(step is not None for step in steps) >= 30
        assert max(step for step in steps if step is not None) <= 700

    def test_risk_is_that_of_debiased_gradient_descent(self, emerged_run):
        run, _ = emerged_run
        emerged = run.circuits[measure_patterns(run.circuits).emerged]
        prompts = sample_prompts(TASK, 20_000, generator=generator(99))
        best = DebiasedGradientDescent(debiased_gradient_descent_rate(5, 40, 0.1))
        gap = excess_risk(emerged, best, prompts)
        assert gap.standard_error.max() < 0.001
        assert (gap.mean.abs() < 0.005).all()

    def test_products_and_sums_and_not_the_scale_alone(self, emerged_run):
        run, _ = emerged_run
        emerged = run.circuits[measure_patterns(run.circuits).emerged]
        rate = debiased_gradient_descent_rate(5, 40, 0.1)
        products = (emerged.scales * emerged.gains).sum(-1)
        torch.testing.assert_close(products, torch.full_like(products, rate), rtol=0.03, atol=0)
        assert (measure_patterns(emerged).zero_sum_ratio < 0.02).all()

    def test_it_takes_seconds(self, emerged_run):
        # The target is 8 CPU seconds on a quiet core; a shared one inflates process time.
        assert emerged_run[1] < 24


def test_seeds_trained_together_are_seeds_trained_alone():
    together = small_heads(n_seeds=3)
    alone = small_heads(n_seeds=3)
    for parameter in alone.parameters():
        parameter.data = parameter.data[1:2].clone()
    recipe = Recipe(steps=20)
    run = train(TASK, together, generator=generator(7), recipe=recipe)
    single = train(TASK, alone, generator=generator(7), recipe=recipe)
    torch.testing.assert_close(run.circuits.key_query[1:2], single.circuits.key_query)
    torch.testing.assert_close(run.loss[:, 1:2], single.loss)


def test_a_batch_in_pieces_is_the_same_batch(monkeypatch):
    runs = []
    for at_once in (160_000, 3 * 2 * 40 * 7):  # one piece, or pieces of at most seven prompts
        monkeypatch.setattr(training, "_SCORES_AT_ONCE", at_once)
        recipe = Recipe(steps=5, batch_size=31)
        runs.append(train(TASK, small_heads(), generator=generator(7), recipe=recipe))
    whole, pieces = runs
    torch.testing.assert_close(whole.loss, pieces.loss)
    torch.testing.assert_close(whole.circuits.key_query, pieces.circuits.key_query)


def test_checkpoints_and_losses_are_recorded():
    run = train(
        TASK, small_heads(), generator=generator(), recipe=Recipe(steps=25, checkpoint_every=10)
    )
    assert run.completed
    assert run.steps == [0, 10, 20, 25]
    assert run.loss.shape == (25, 3)
    assert not run.circuits.key_query.requires_grad
    assert not torch.equal(run.checkpoints[0].key_query, run.checkpoints[1].key_query)


@pytest.mark.parametrize("maker", [Heads, DirectHeads])
def test_checkpoints_are_apart_from_the_parameters_and_from_each_other(maker):
    heads = maker(TASK, n_heads=2, n_seeds=3, generator=generator())
    start = heads.circuits.copied()
    recipe = Recipe(steps=6, checkpoint_every=2)
    run = train(TASK, heads, generator=generator(), recipe=recipe)
    for name in ("key_query", "output_value"):
        kept = [getattr(circuits, name) for circuits in run.checkpoints]
        assert torch.equal(kept[0], getattr(start, name))
        assert torch.equal(kept[-1], getattr(heads.circuits, name))
        assert all(not torch.equal(one, following) for one, following in pairwise(kept))
        places = {each.untyped_storage().data_ptr() for each in kept}
        assert len(places) == len(kept)
        assert places.isdisjoint(p.untyped_storage().data_ptr() for p in heads.parameters())


@pytest.mark.parametrize("times", [99.0, 101.0, float("inf"), float("nan")])
def test_divergence_is_a_loss_a_hundred_times_that_of_answering_zero(times, monkeypatch):
    """Answering zero costs 1.1 here, signal and noise; each step reports so many times as much."""
    heads = small_heads(n_seeds=1)

    def backward(heads, piece, batch_size):
        heads(piece).sum().backward()
        return torch.tensor([1.1 * times])

    monkeypatch.setattr(training, "_backward", backward)
    recipe = Recipe(steps=3, batch_size=4)
    if times < 100:
        assert train(TASK, heads, generator=generator(), recipe=recipe).completed
        return
    with pytest.raises(TrainingDiverged, match="diverged at step 1 "):
        train(TASK, heads, generator=generator(), recipe=recipe)


def test_progress_is_one_line_that_ends(capsys):
    recipe = Recipe(steps=4, checkpoint_every=2)
    train(TASK, small_heads(), generator=generator(), recipe=recipe, watch=print_progress)
    lines = capsys.readouterr().err.split("\r")
    assert lines[1] == "step 0 of 4"
    assert lines[2].startswith("step 2 of 4, loss ")
    assert lines[3].startswith("step 4 of 4, loss ")
    assert lines[3].endswith("\n")


def test_an_interruption_keeps_what_is_finished():
    def interrupt(run):
        if run.steps[-1] == 20:
            raise KeyboardInterrupt

    recipe = Recipe(steps=50, checkpoint_every=10)
    run = train(TASK, small_heads(), generator=generator(), recipe=recipe, watch=interrupt)
    assert not run.completed
    assert run.steps == [0, 10, 20]
    assert run.loss.shape == (20, 3)


def test_divergence_names_the_step_and_keeps_the_checkpoints_before_it():
    recipe = Recipe(steps=200, learning_rate=30.0, warm_up=0, checkpoint_every=1)
    with pytest.raises(TrainingDiverged, match=r"diverged at step \d+ .* learning_rate 30") as info:
        train(TASK, small_heads(), generator=generator(), recipe=recipe)
    assert info.value.run.steps[-1] == info.value.step - 1
    assert info.value.run.loss.isfinite().all()


def test_the_step_of_divergence_is_exact_between_checkpoints():
    steps = []
    for every in (1, 50):
        recipe = Recipe(steps=100, learning_rate=30.0, warm_up=0, checkpoint_every=every)
        with pytest.raises(TrainingDiverged) as info:
            train(TASK, small_heads(), generator=generator(), recipe=recipe)
        steps.append(info.value.step)
    assert steps[0] == steps[1]


@pytest.mark.parametrize("ending", [None, KeyboardInterrupt, RuntimeError])
def test_one_thread_while_training_and_the_old_number_afterwards(ending):
    seen = []

    def watch(run):
        seen.append(torch.get_num_threads())
        if ending is not None:
            raise ending

    torch.set_num_threads(2)
    try:
        recipe = Recipe(steps=2)
        if ending is RuntimeError:
            with pytest.raises(RuntimeError):
                train(TASK, small_heads(), generator=generator(), recipe=recipe, watch=watch)
        else:
            train(TASK, small_heads(), generator=generator(), recipe=recipe, watch=watch)
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(1)
    assert set(seen) == {1}


def test_the_schedule_warms_up_and_decays_to_zero():
    recipe = Recipe(steps=100, warm_up=10)
    factors = [recipe.factor(step) for step in range(100)]
    assert factors[0] < 0.1
    assert factors[:10] == sorted(factors[:10])
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[11] > 0.95
    assert factors[-1] < 0.001


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"steps": 0}, r"steps must be in \[1, 100000000\], got 0"),
        ({"batch_size": 0}, r"batch_size must be in \[1, 10000000\]"),
        ({"warm_up": -1}, r"warm_up must be in \[0, 100000000\]"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
    ],
)
def test_a_bad_recipe_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        Recipe(**arguments)


@pytest.mark.cuda
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_thousands_of_seeds_in_one_batch_on_a_device():
    source = torch.Generator("cuda").manual_seed(0)
    heads = balance_signs(Heads(TASK, n_heads=2, n_seeds=4096, generator=source))
    run = train(TASK, heads, generator=source)
    assert measure_patterns(run.circuits).emerged.float().mean() > 0.9
