"""Pointer networks: the weights are the answer, over as many places as there are inputs."""

from attnkit.interpretation.pointer.decoding import not_yet_chosen, point_freely, point_once
from attnkit.interpretation.pointer.network import PointerNetwork
from attnkit.interpretation.pointer.pointer import (
    additive_scores,
    largest_clipped_weight,
    pointer_weights,
)

__all__ = [
    "PointerNetwork",
    "additive_scores",
    "largest_clipped_weight",
    "not_yet_chosen",
    "point_freely",
    "point_once",
    "pointer_weights",
]
