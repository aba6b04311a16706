"""Landmark attention: one score stands for a block of keys, and says what the block gets."""

from attnkit.selection.landmark.attention import landmark_attention
from attnkit.selection.landmark.landmark import landmark_keys, landmark_weights
from attnkit.selection.landmark.landmarks import mean_landmarks, true_landmarks

__all__ = [
    "landmark_attention",
    "landmark_keys",
    "landmark_weights",
    "mean_landmarks",
    "true_landmarks",
]
