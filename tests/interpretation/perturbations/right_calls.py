"""Right calls of attacked scores, for `tests.fuzz`."""

import torch

from attnkit.interpretation import attack_scores, score_gradient
from tests.fuzz import Call

CALLS = [
    Call(
        attack_scores,
        lambda: {
            "scores": torch.randn(3, 5),
            "gradient": torch.randn(3, 5),
            "size": 0.5,
            "mask": torch.ones(3, 5, dtype=torch.bool),
        },
        means={"mask": {"none"}},
    ),
    Call(
        score_gradient,
        lambda: {
            "scores": torch.randn(3, 5),
            "values": torch.randn(3, 5, 2),
            "slope": torch.randn(3, 2),
        },
    ),
]
