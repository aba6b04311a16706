r"""A shard's read times its sum of exponentials is its numerator, both relative to its own largest
score. Relative to the largest of all, each sum is $e^{m_i - m} u_i$; these are the weights of the
reads, and divided by their sum they add to one.

The mean of the reads gives a shard of poor keys as much as one that holds the best: it is right
only where all shards have the same log-sum-exp. The largest scores alone forget how many keys stand
behind them, which equal scores in unequal shards show."""


def read_of_all(reads, largest, weights):
    """Reads weighted by each shard's part of the whole sum of exponentials."""
    parts = weights * (largest - largest.max()).exp()
    return (parts / parts.sum()) @ reads
