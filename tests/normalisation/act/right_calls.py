"""Right calls of attention calibration, for `tests.fuzz`."""

import torch

from attnkit.normalisation import calibrate_sinks, calibrated_weights
from tests.fuzz import Call

CALLS = [
    Call(
        calibrate_sinks,
        lambda: {"weights": torch.rand(3, 5), "beta": 0.4, "threshold": 0.1},
    ),
    # A score of -inf is that of a masked key: documented.
    Call(
        calibrated_weights,
        lambda: {"scores": torch.randn(3, 5), "beta": 0.4, "threshold": 0.1},
        means={"scores": {"minus inf"}},
    ),
]
