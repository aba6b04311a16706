"""Weights that sum to a budget of k keys, none of them above one."""

from attnkit.densities.budget.budget import budget_weights

__all__ = ["budget_weights"]
