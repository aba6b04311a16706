"""What training in context costs: many seeds as one batch against one at a time, and one seed.

    OMP_NUM_THREADS=1 python benchmarks/icl_training.py

Times are CPU seconds of one thread; on a shared machine trust the ratios.
"""

import time

import torch
from turns import device_clock

from attnkit.icl import (
    Heads,
    Recipe,
    RegressionTask,
    balance_signs,
    emergence_steps,
    measure_patterns,
    train,
)

TASK = RegressionTask()


def trained(n_seeds, steps, seed=1, device="cpu"):
    """Train a batch; return the run and its seconds (of the processor, or of the clock if CUDA)."""
    chance = torch.Generator(device).manual_seed(seed)
    heads = balance_signs(Heads(TASK, n_heads=2, n_seeds=n_seeds, generator=chance))
    clock = time.process_time if device == "cpu" else device_clock
    start = clock()
    run = train(TASK, heads, generator=chance, recipe=Recipe(steps=steps))
    return run, clock() - start


def main():
    trained(1, 50)  # warm-up
    run, batch = trained(32, 1000)
    emerged = int(measure_patterns(run.circuits).emerged.sum())
    print(f"32 seeds in one batch, 1,000 steps: {batch:.1f} s, {emerged} emerged")
    _, alone = trained(1, 200)
    print(f"a seed-step alone over a seed-step in the batch: {alone * 5 / (batch / 32):.1f}")
    run, seconds = trained(1, 600)
    first = emergence_steps(run)[0]
    print(f"one seed, 600 steps: {seconds:.2f} s, patterns from step {first}")
    if torch.cuda.is_available():
        run, seconds = trained(4096, 1000, device="cuda")
        share = measure_patterns(run.circuits).emerged.float().mean()
        print(
            f"4,096 seeds on {torch.cuda.get_device_name()}: {seconds:.1f} s, {share:.3f} emerged"
        )


if __name__ == "__main__":
    main()
