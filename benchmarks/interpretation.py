"""What the live toys of the room take: CPU seconds of one thread until they have learned.

    OMP_NUM_THREADS=1 python benchmarks/interpretation.py

The induction model stops at 99 % of the known next tokens, looked at every 25 steps.
"""

import argparse
import statistics
import time

import torch

from attnkit.interpretation.pointer import point_once
from attnkit.interpretation.pointer.experiments.training import Sorting, numbers
from attnkit.interpretation.retrieval_heads.experiments.training import Lesson, accuracy

AT_MOST = 60.0
"""Seconds that the median of the induction model may take."""


def induction(seed, wanted=0.99, most=2000):
    """Seconds and steps until the model is right so often."""
    start, lesson = time.process_time(), Lesson(seed)
    while accuracy(lesson.model) < wanted and lesson.n_steps < most:
        lesson(25)
    return time.process_time() - start, lesson.n_steps


def sorting(seed):
    """Seconds of 600 steps with the mask, and the share of steps right with forty numbers."""
    start, lesson = time.process_time(), Sorting(seed, masked=True)
    lesson(600)
    seconds = time.process_time() - start
    lists = numbers(100, 40, lesson.generator)
    right = point_once(lesson.network, lists) == lists[..., 0].argsort(-1)
    return seconds, right.double().mean().item()


def main():
    """Five seeds of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    seeds = range(parser.parse_args().seeds)
    torch.set_num_threads(1)
    found = [induction(seed) for seed in seeds]
    median = statistics.median(seconds for seconds, _ in found)
    told = ", ".join(f"{seconds:.1f} s ({steps})" for seconds, steps in found)
    print(f"induction model to 99 %: {told}; median {median:.1f} s, wanted {AT_MOST:.0f}")
    sorted_ = [sorting(seed) for seed in seeds]
    told = ", ".join(f"{seconds:.1f} s ({share:.3f})" for seconds, share in sorted_)
    print(f"sorting, 600 steps: {told}")


if __name__ == "__main__":
    main()
