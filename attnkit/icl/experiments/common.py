"""What every reproduction here needs: a generator, training that is finished, and summaries."""

import torch

from attnkit.icl.heads import DirectHeads, Heads, balance_signs
from attnkit.icl.prompts import Prompts, sample_prompts
from attnkit.icl.regression_task import RegressionTask
from attnkit.icl.training import Recipe, TrainingRun, train

__all__ = ["PAPER", "SOURCE", "balanced", "common_prompts", "finished", "source_of_chance"]

SOURCE = "He, Pan, Chen, Yang (2025), arXiv:2503.12734"
PAPER = {"d": 5, "n_examples": 40, "noise_variance": 0.1}
# Common prompts for evaluation are drawn apart from those of training.
_EVALUATION_SEED = 10_007


def source_of_chance(seed: int, device: str) -> torch.Generator:
    """A generator on the device for the initialisation and the prompts of one unit."""
    return torch.Generator(device).manual_seed(seed)


def balanced(task: RegressionTask, case: dict, generator: torch.Generator) -> Heads:
    """Sign-balanced heads, `n_inits` layers of `n_heads`."""
    heads = Heads(task, n_heads=case["n_heads"], n_seeds=case["n_inits"], generator=generator)
    return balance_signs(heads)


def finished(
    task: RegressionTask,
    heads: Heads | DirectHeads,
    case: dict,
    generator: torch.Generator,
) -> TrainingRun:
    """Train for the case's steps and rate; pass an interruption on, for half a unit is none."""
    recipe = Recipe(steps=case["steps"], learning_rate=case["learning_rate"])
    run = train(task, heads, generator=generator, recipe=recipe)
    if not run.completed:
        raise KeyboardInterrupt
    return run


def common_prompts(task: RegressionTask, n_prompts: int, device: str) -> Prompts:
    """The same evaluation prompts for every seed of a case."""
    generator = source_of_chance(_EVALUATION_SEED, device)
    return sample_prompts(task, n_prompts, generator=generator)
