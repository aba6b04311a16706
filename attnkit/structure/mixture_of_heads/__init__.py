"""Mixture of heads: each token chooses which heads it listens to, and how much."""

from attnkit.structure.mixture_of_heads.gates import balance_loss, head_gates
from attnkit.structure.mixture_of_heads.layer import MixtureOfHeads

__all__ = ["MixtureOfHeads", "balance_loss", "head_gates"]
