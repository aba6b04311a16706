"""What is claimed of feature maps."""

from attnkit.claims import claim
from attnkit.memory import theory
from attnkit.memory.feature_maps import elu_plus_one, relu_features


@claim("feature-maps-cost", source="derived here", computes=theory.feature_snr)
def feature_maps_cost() -> dict[str, float]:
    """Signal-to-noise ratio times (n − 1) for keys of width 32 and 512, by feature map."""
    maps = {"identity": lambda x: x, "elu + 1": elu_plus_one, "ReLU": relu_features}
    return {
        f"{name}, d = {d}": theory.feature_snr(2, d, theory.coordinate_moments(feature_map))
        for name, feature_map in maps.items()
        for d in (32, 512)
    }
