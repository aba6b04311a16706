"""Multi-query associative recall: small trained models that differ in their memory alone."""

from attnkit.memory.associative_recall.task import recall_sequences

__all__ = ["recall_sequences"]
