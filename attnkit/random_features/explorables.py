"""The moving figures of this room, as the gallery finds them."""

from attnkit.random_features.figures.bias_dial import BIAS_DIAL
from attnkit.random_features.figures.infinite_heads import INFINITE_HEADS
from attnkit.random_features.figures.key_order import KEY_ORDER
from attnkit.random_features.figures.learning_curves import LEARNING_CURVES
from attnkit.random_features.figures.one_head import ONE_HEAD

__all__ = ["BIAS_DIAL", "INFINITE_HEADS", "KEY_ORDER", "LEARNING_CURVES", "ONE_HEAD"]
