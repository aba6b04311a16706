"""Feature maps: what turns the memory's inner product into a chosen kernel."""

from attnkit.memory.feature_maps.based import taylor_features
from attnkit.memory.feature_maps.hedgehog import Hedgehog, SharpMap
from attnkit.memory.feature_maps.positive import elu_plus_one, relu_features

__all__ = ["Hedgehog", "SharpMap", "elu_plus_one", "relu_features", "taylor_features"]
