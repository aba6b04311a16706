"""Retrieval heads: which heads copy from the context, held to chance and to being taken out."""

from attnkit.interpretation.retrieval_heads.chance import (
    permuted_scores,
    retrieval_chance,
    share_above,
)
from attnkit.interpretation.retrieval_heads.decoding import write_on
from attnkit.interpretation.retrieval_heads.model import InductionModel
from attnkit.interpretation.retrieval_heads.score import retrieval_scores
from attnkit.interpretation.retrieval_heads.sequences import hidden_needles, repeated_sequences

__all__ = [
    "InductionModel",
    "hidden_needles",
    "permuted_scores",
    "repeated_sequences",
    "retrieval_chance",
    "retrieval_scores",
    "share_above",
    "write_on",
]
