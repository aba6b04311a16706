"""Linear attention behind each feature map."""

from torch import Tensor

from attnkit.memory.feature_maps import SharpMap, elu_plus_one, relu_features, taylor_features
from attnkit.memory.linear.memories import LINEAR
from attnkit.memory.shared.records import Setting


def _sharp(keys: Tensor) -> Tensor:
    """The map as it starts, before anything is learned."""
    return SharpMap(keys.shape[-1]).to(keys)(keys)


CAPACITY = ("capacity",)
ELU = Setting("elu", "Hebb, elu + 1", LINEAR, features=elu_plus_one, measured=CAPACITY)
RELU = Setting("relu", "Hebb, ReLU", LINEAR, features=relu_features, measured=CAPACITY)
SHARP = Setting("sharp", "Hebb, sharp map", LINEAR, features=_sharp, measured=CAPACITY)
TAYLOR = Setting(
    "taylor", "Hebb, second order", LINEAR, features=taylor_features, measured=CAPACITY
)
