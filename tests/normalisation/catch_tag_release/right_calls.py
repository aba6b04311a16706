"""Right calls of catch, tag, release, for `tests.fuzz`."""

import torch

from attnkit.normalisation.catch_tag_release import catch_tag_release, release_weights
from tests.fuzz import Call

CALLS = [
    Call(
        catch_tag_release,
        lambda: {
            "contents": torch.randn(5, 3),
            "separators": torch.arange(5) == 2,
            "sharpness": 5.0,
            "tag_size": 1.0,
        },
    ),
    Call(
        release_weights,
        lambda: {"separators": torch.arange(5) == 2, "sharpness": 5.0, "tag_size": 1.0},
    ),
]
