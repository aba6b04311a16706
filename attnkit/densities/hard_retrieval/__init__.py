"""Hard retrieval: one key drawn from the row while training, the best one afterwards."""

from attnkit.densities.hard_retrieval.hard_retrieval import hard_weights, sampled_weights

__all__ = ["hard_weights", "sampled_weights"]
