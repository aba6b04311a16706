"""Retrieval heads of models trained here, and what there is of them in a real encoder."""
