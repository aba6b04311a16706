"""What it costs a head to find a single location: CPU seconds until it is within 10 % of Bayes.

    OMP_NUM_THREADS=1 python benchmarks/learning.py

One thread; median and range of five seeds, evaluation included.
"""

import statistics
import time

import torch

from attnkit.icl.single_location import bayes_location_risk
from attnkit.icl.single_location.experiments.common import descend, drawn, excess, fresh_reader

CASE = {"map": "softmax", "d": 20, "n_tokens": 20, "signal": 16.0}
STEPS = 2000


def seconds_to_bayes(seed):
    """Train once; return the seconds, the steps and the excess over Bayes at that point."""
    generator = torch.Generator().manual_seed(seed)
    reader, bayes = fresh_reader(CASE, generator), bayes_location_risk(20, 16.0)
    start = time.process_time()
    for step in descend(reader, lambda: drawn(CASE, 256, generator), STEPS, 0.02):
        share = excess(reader, CASE, 4000) / bayes if step % 50 == 0 else 1.0
        if share <= 0.1:
            return time.process_time() - start, step, excess(reader, CASE) / bayes
    return float("inf"), STEPS, excess(reader, CASE) / bayes


def main():
    torch.set_num_threads(1)
    runs = [seconds_to_bayes(seed) for seed in range(5)]
    seconds, steps, shares = zip(*runs, strict=True)
    print(
        f"within 10 % of Bayes: {statistics.median(seconds):.1f} CPU s in the median "
        f"({min(seconds):.1f}-{max(seconds):.1f}), {statistics.median(steps)} steps, "
        f"then {100 * max(shares):.1f} % above Bayes at most"
    )


if __name__ == "__main__":
    main()
