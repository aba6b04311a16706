"""Gradients that are differentiated again: of the core, under the name it had in this room."""

from attnkit.repeated import is_transformed, must_replay, replayed

__all__ = ["is_transformed", "must_replay", "replayed"]
